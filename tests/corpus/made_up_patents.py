"""Small documents in the formats of the patent offices, made up for the tests."""
# ruff: noqa: E501 - a document reads best as it stands in a file

GRANT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>
<us-patent-grant lang="EN" file="US09000001-20150407.XML" country="US" date-publ="20150407">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>09000001</doc-number>\
<kind>B2</kind><date>20150407</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country>\
<doc-number>13000001</doc-number><date>20110301</date></document-id></application-reference>
<priority-claims><priority-claim sequence="01" kind="national"><country>KR</country>\
<doc-number>10-2010-0000001</doc-number><date>20100930</date></priority-claim></priority-claims>
<classifications-ipcr><classification-ipcr><section>H</section><class>01</class>\
<subclass>M</subclass><main-group>4</main-group><subgroup>525</subgroup></classification-ipcr>
</classifications-ipcr>
<classifications-cpc><main-cpc><classification-cpc><section>H</section><class>01</class>\
<subclass>M</subclass><main-group>4</main-group><subgroup>525</subgroup></classification-cpc>
</main-cpc><further-cpc><classification-cpc><section>Y</section><class>02</class>\
<subclass>E</subclass><main-group>60</main-group><subgroup>10</subgroup></classification-cpc>
</further-cpc></classifications-cpc>
<invention-title id="d2e43">Nickel-rich LiNi<sub>0.8</sub>O<sub>2</sub> cathode</invention-title>
<us-references-cited><us-citation><patcit num="00001"><document-id><country>US</country>\
<doc-number>5000000</doc-number><kind>A</kind><date>19910300</date></document-id></patcit>
<classification-cpc-text>A21B 1/00</classification-cpc-text></us-citation></us-references-cited>
<us-related-documents><us-provisional-application><document-id><country>US</country>\
<doc-number>61000001</doc-number><date>20100401</date></document-id>
</us-provisional-application><related-publication><document-id><country>US</country>\
<doc-number>20090000001</doc-number><kind>A1</kind><date>20090101</date></document-id>
</related-publication></us-related-documents>
<us-parties><us-applicants><us-applicant sequence="001"><addressbook>\
<orgname>Cell Works Ltd</orgname></addressbook></us-applicant></us-applicants>
<inventors><inventor sequence="001"><addressbook><last-name>Kim</last-name>\
<first-name>Ha-na</first-name></addressbook></inventor><inventor sequence="002"><addressbook>\
<last-name>Roy</last-name><first-name>Ana</first-name><middle-name>B.</middle-name>\
</addressbook></inventor></inventors></us-parties>
</us-bibliographic-data-grant>
<abstract id="abstract"><p id="p-0001">A cathode of <b>layered</b> oxide at 45&#xb0; C. &#x26; more.</p>
</abstract>
<drawings id="DRAWINGS"><figure><img file="a.tif"/></figure></drawings>
<description id="description">
<?BRFSUM description="Brief Summary" end="lead"?>
<heading level="1">BACKGROUND</heading>
<p num="0001">See <figref>FIG. 1</figref>, <i>i.e.</i> the <?in-line end="lead"?>cell<?in-line end="tail"?>.</p>
<p num="0002">It holds <maths><math><mi>x</mi></math></maths> and<tables><table><tgroup><tbody>\
<row><entry>17</entry></row></tbody></tgroup></table></tables> lithium.</p>
</description>
<us-claim-statement>What is claimed is:</us-claim-statement>
<claims id="claims">
<claim id="CLM-00001" num="00001"><claim-text><b>1</b>. A cathode, comprising:
<claim-text>a layered oxide; and</claim-text>
<claim-text>a coating.</claim-text>
</claim-text></claim>
<claim id="CLM-00002" num="00002"><claim-text>2. The cathode of \
<claim-ref idref="CLM-00001">claim 1</claim-ref>, wherein the coating is carbon.</claim-text></claim>
</claims>
</us-patent-grant>
"""

DESIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>
<us-patent-grant lang="EN"><us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>D0700001</doc-number>\
<kind>S1</kind><date>20140218</date></document-id></publication-reference>
<classification-locarno><edition>10</edition><main-classification>1302</main-classification>
</classification-locarno><invention-title>Battery case</invention-title>
</us-bibliographic-data-grant><claims><claim num="00001"><claim-text>The ornamental design for a \
battery case, as shown and described.</claim-text></claim></claims></us-patent-grant>
"""

APPLICATION = """<?xml version="1.0" encoding="UTF-8"?>
<us-patent-application lang="EN" country="US"><us-bibliographic-data-application>
<publication-reference><document-id><country>US</country><doc-number>20050000001</doc-number>\
<kind>A1</kind><date>20050106</date></document-id></publication-reference>
<classification-ipc><edition>07</edition><main-classification>H01M004/52</main-classification>\
<further-classification>C01G053/00</further-classification></classification-ipc>
<invention-title>Powder</invention-title>
<parties><applicants><applicant app-type="applicant-inventor"><addressbook>\
<last-name>Ito</last-name><first-name>Ken</first-name></addressbook></applicant></applicants>
</parties></us-bibliographic-data-application>
<abstract><p>A powder of nickel.</p></abstract>
<claims><claim num="1"><claim-text>1. A powder.</claim-text></claim></claims>
</us-patent-application>
"""

PATDOC = """<!DOCTYPE PATDOC PUBLIC "-//USPTO//DTD ST.32 US PATENT GRANT V2.4 2000-09-20//EN" [
<!ENTITY US06200001-20010313-D00000.TIF SYSTEM "US06200001-20010313-D00000.TIF" NDATA TIF>
]>
<PATDOC DTD="2.4" STATUS="BUILD 20010226">
<SDOBI><B100><B110><DNUM><PDAT>06200001</PDAT></DNUM></B110><B130><PDAT>B1</PDAT></B130>
<B140><DATE><PDAT>20010313</PDAT></DATE></B140><B190><PDAT>US</PDAT></B190></B100>
<B200><B210><DNUM><PDAT>09000002</PDAT></DNUM></B210><B220><DATE><PDAT>19991005</PDAT></DATE></B220></B200>
<B300><B320><DATE><PDAT>19981006</PDAT></DATE></B320></B300>
<B500><B510><B511><PDAT>H01M  452</PDAT></B511><B512><PDAT>C07D40112</PDAT></B512><B516><PDAT>7</PDAT></B516></B510>
<B540><STEXT><PDAT>Cathode of 5 &mgr;m LiNiO</PDAT><HIL><SB><PDAT>2</PDAT></SB></HIL></STEXT></B540>
<B560><B561><PCIT><DOC><DNUM><PDAT>5000001</PDAT></DNUM></DOC><CITED-BY-EXAMINER></PCIT></B561></B560></B500>
<B700><B720><B721><PARTY-US><NAM><FNM><PDAT>Ana</PDAT></FNM><SNM><STEXT><PDAT>Roy</PDAT></STEXT></SNM></NAM></PARTY-US></B721></B720>
<B730><B731><PARTY-US><NAM><ONM><STEXT><PDAT>Cell Works</PDAT></STEXT></ONM></NAM></PARTY-US></B731></B730></B700>
</SDOBI>
<SDOAB><BTEXT><H><STEXT><PDAT>Abstract</PDAT></STEXT></H><PARA ID="P-1"><PTEXT><PDAT>A &ldquo;layered&rdquo; oxide, R&D.</PDAT></PTEXT></PARA></BTEXT></SDOAB>
<SDODE><DETDESC><BTEXT><PARA ID="P-2"><PTEXT><PDAT>In </PDAT><FGREF><PDAT>FIG. 1</PDAT></FGREF><PDAT> a cell.</PDAT></PTEXT></PARA>
<CWU><MATH-US><EMI ID="EMI-M00001"></MATH-US></CWU></BTEXT></DETDESC></SDODE>
<SDOCL><H><STEXT><PDAT>What is claimed is: </PDAT></STEXT></H><CL>
<CLM ID="CLM-00001"><PARA><PTEXT><PDAT>1. A cathode comprising:</PDAT></PTEXT></PARA><CLMSTEP LVL="2"><PTEXT><PDAT>an oxide.</PDAT></PTEXT></CLMSTEP></CLM>
<CLM ID="CLM-00002"><PARA><PTEXT><PDAT>2. The cathode of </PDAT><CLREF><PDAT>claim 1</PDAT></CLREF><PDAT>.</PDAT></PTEXT></PARA></CLM>
</CL></SDOCL>
<SDODR><EMI ID="EMI-D00000"></SDODR>
</PATDOC>
"""

PAP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE patent-application-publication SYSTEM "pap-v15-2001-01-31.dtd" [
<!ENTITY US20010000002A1.TIF SYSTEM "US20010000002A1.TIF" NDATA TIF>
]>
<patent-application-publication><subdoc-bibliographic-information>
<document-id><doc-number>20010000002</doc-number><kind-code>A1</kind-code>
<document-date>20010315</document-date></document-id>
<domestic-filing-data><application-number><doc-number>09000003</doc-number></application-number>
<filing-date>19990629</filing-date></domestic-filing-data>
<technical-information><classification-ipc><classification-ipc-primary><ipc>H01M004/52</ipc>
</classification-ipc-primary></classification-ipc>
<title-of-invention> Cathode
 powder </title-of-invention></technical-information>
<inventors><first-named-inventor><name><given-name> Ken </given-name><family-name> Ito</family-name>
</name></first-named-inventor></inventors></subdoc-bibliographic-information>
<subdoc-abstract><heading>Abstract of Disclosure</heading><paragraph>A fine powder.</paragraph></subdoc-abstract>
<subdoc-description><section><heading>Field</heading><paragraph><number>[0001]</number> It is \
<highlight><italic>fine</italic></highlight>.</paragraph></section></subdoc-description>
<subdoc-claims><heading>Claims</heading>
<claim id="CLM-00001"><claim-text><highlight><bold>1.</bold></highlight>A powder comprising:</claim-text>
<claim-text>nickel.</claim-text></claim>
<claim id="CLM-00002"><claim-text>2. The powder of claim 1.</claim-text></claim></subdoc-claims>
</patent-application-publication>
"""

GREENBOOK = """HHHHHT        APS1        ISSUE - 760210
PATN
WKU  039000014
SRC  5
APN  5184541
APT  1
APD  19741029
TTL  Cathode of LiNiO.sub.2
ISD  19760210
INVT
NAM  Roy; Ana
ASSG
NAM  Cell Works
PRIR
CNT  DEX
APD  19731031
APN  2355555
CLAS
OCL  429223
ICL  H01M  452
ABST
PAL  A layered oxide at 20.degree. C. with
      a coating ##STR1## of .alpha.-phase.
BSUM
PAC  BACKGROUND
PAR  It is old.
TBL       1     2
CLMS
STM  What is claimed is:
NUM  1.
PAR  1. A cathode comprising:
PA1  an oxide.
NUM  2.
PAR  2. The cathode of claim 1.
PATN
WKU  D02400010
APN  1348817
TTL  Battery case
ISD  19760511
CLAS
ICL  D1302
DCLM
PAR  The ornamental design for a battery case, as shown.
"""

OPS = """<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/x.xsl"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">
<exchange-documents>
<exchange-document system="ops.epo.org" family-id="1000001" country="EP" doc-number="9000001" kind="A1">
<bibliographic-data>
<publication-reference><document-id document-id-type="docdb"><country>EP</country>\
<doc-number>9000001</doc-number><kind>A1</kind><date>20200506</date></document-id>
<document-id document-id-type="epodoc"><doc-number>EP9000001</doc-number></document-id>
</publication-reference>
<classifications-ipcr><classification-ipcr><text>H01M   4/   525           A I        </text>
</classification-ipcr></classifications-ipcr>
<patent-classifications>
<patent-classification><classification-scheme office="EP" scheme="CPCI"/><section>H</section>\
<class>01</class><subclass>M</subclass><main-group>4</main-group><subgroup>525</subgroup>\
<generating-office>EP</generating-office></patent-classification>
<patent-classification><classification-scheme office="EP" scheme="CPCI"/><section>H</section>\
<class>01</class><subclass>M</subclass><main-group>4</main-group><subgroup>525</subgroup>\
<generating-office>US</generating-office></patent-classification>
<patent-classification><classification-scheme office="US" scheme="UC"/>\
<classification-symbol>429/223</classification-symbol></patent-classification>
</patent-classifications>
<application-reference><document-id document-id-type="docdb"><country>EP</country>\
<doc-number>18200001</doc-number><kind>A</kind></document-id>
<document-id document-id-type="epodoc"><doc-number>EP20180200001</doc-number><date>20181101</date>
</document-id></application-reference>
<priority-claims><priority-claim><document-id document-id-type="epodoc">\
<doc-number>KR20170000001</doc-number><date>20171102</date></document-id></priority-claim>
</priority-claims>
<parties><applicants><applicant data-format="epodoc"><applicant-name><name>CELL WORKS [KR]</name>\
</applicant-name></applicant><applicant data-format="original"><applicant-name><name>Cell Works, \
</name></applicant-name></applicant></applicants></parties>
<invention-title lang="de">Kathode</invention-title>
<invention-title lang="en">Cathode</invention-title>
</bibliographic-data>
<abstract lang="fr"><p>Un oxyde.</p></abstract>
<abstract lang="en"><p>An oxide. &lt;IMAGE></p></abstract>
</exchange-document>
<exchange-document family-id="1000002" country="FR" doc-number="9000002" kind="A1">
<bibliographic-data><invention-title lang="fr">Poudre</invention-title></bibliographic-data>
</exchange-document>
</exchange-documents></ops:world-patent-data>
"""

OPS_CLAIMS = """<?xml version="1.0" encoding="UTF-8"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">
<ftxt:fulltext-documents xmlns="http://www.epo.org/fulltext" xmlns:ftxt="http://www.epo.org/fulltext">
<ftxt:fulltext-document system="ops.epo.org"><bibliographic-data><publication-reference>\
<document-id><country>EP</country><doc-number>9000001</doc-number><kind>A1</kind></document-id>
</publication-reference></bibliographic-data>
<claims lang="DE"><claim><claim-text>1. Kathode.</claim-text></claim></claims>
<claims lang="EN"><claim><claim-text>1. A cathode.</claim-text>
<claim-text>2. A cell with the cathode of claim 1.</claim-text></claim></claims>
</ftxt:fulltext-document></ftxt:fulltext-documents></ops:world-patent-data>
"""

OPS_SEARCH = """<?xml version="1.0" encoding="UTF-8"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">
<ops:biblio-search total-result-count="731"><ops:query syntax="CQL">ti=cathode</ops:query>
<ops:search-result>
<ops:publication-reference system="ops.epo.org" family-id="1000001"><document-id \
document-id-type="docdb"><country>EP</country><doc-number>9000001</doc-number><kind>A1</kind>\
</document-id></ops:publication-reference>
<ops:publication-reference system="ops.epo.org" family-id="1000002"><document-id \
document-id-type="docdb"><country>FR</country><doc-number>9000002</doc-number><kind>A1</kind>\
</document-id></ops:publication-reference>
</ops:search-result></ops:biblio-search></ops:world-patent-data>
"""

OPS_FAMILY = """<?xml version="1.0" encoding="UTF-8"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">
<ops:patent-family total-result-count="2"><ops:publication-reference><document-id>\
<country>EP</country><doc-number>9000001</doc-number></document-id></ops:publication-reference>
<ops:family-member family-id="1000001"><publication-reference><document-id \
document-id-type="docdb"><country>EP</country><doc-number>9000001</doc-number><kind>A1</kind>\
<date>20200506</date></document-id></publication-reference><priority-claim><document-id>\
<country>KR</country><date>20171102</date></document-id></priority-claim></ops:family-member>
<ops:family-member family-id="1000001"><publication-reference><document-id \
document-id-type="docdb"><country>US</country><doc-number>2020000009</doc-number><kind>A1</kind>\
<date>20200604</date></document-id></publication-reference></ops:family-member>
</ops:patent-family></ops:world-patent-data>
"""

DOCDB = """<?xml version="1.0" encoding="UTF-8"?>
<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange" no-of-documents="1">
<exch:exchange-document country="JP" doc-number="9000003" kind="A" date-publ="20190515" family-id="7">
<exch:bibliographic-data><exch:publication-reference data-format="docdb"><document-id>\
<country>JP</country><doc-number>9000003</doc-number><kind>A</kind><date>20190515</date>\
</document-id></exch:publication-reference>
<exch:invention-title lang="en">Anode</exch:invention-title>
<exch:patent-classifications><patent-classification><classification-scheme scheme="CPCI"/>\
<classification-symbol>H01M   4/13        </classification-symbol></patent-classification>
<patent-classification><classification-scheme office="JP" scheme="FI"/>\
<classification-symbol>4F21S43  /237</classification-symbol></patent-classification>
</exch:patent-classifications></exch:bibliographic-data>
<exch:abstract lang="en"><exch:p>A carbon anode.</exch:p></exch:abstract>
</exch:exchange-document></exch:exchange-documents>
"""

EP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ep-patent-document PUBLIC "-//EPO//EP PATENT DOCUMENT 1.7//EN" "ep-patent-document-v1-7.dtd">
<ep-patent-document id="EP18200001B1" lang="de" country="EP" doc-number="9000001" kind="B1" date-publ="20230405">
<SDOBI lang="de"><B100><B110>9000001</B110><B140><date>20230405</date></B140></B100>
<B200><B210>18200001.5</B210><B220><date>20181101</date></B220></B200>
<B300><B320><date>20171102</date></B320></B300>
<B500><B510EP><classification-ipcr><text>H01M   4/525       20100101AFI20230101BHEP</text></classification-ipcr></B510EP>
<B520EP><classifications-cpc><classification-cpc><text>H01M   4/525       20130101 FI</text></classification-cpc></classifications-cpc></B520EP>
<B540><B541>de</B541><B542>Kathode</B542><B541>en</B541><B542>Cathode</B542></B540></B500>
<B700><B720><B721><snm>Roy, Ana</snm><adr><city>Genf</city></adr></B721></B720>
<B730><B731><snm>Cell Works</snm></B731></B730></B700></SDOBI>
<description lang="de"><heading>Gebiet</heading><p num="0001">[0001]    Eine Zelle.</p></description>
<claims lang="de"><claim num="0001"><claim-text>Kathode.</claim-text></claim></claims>
<claims lang="en"><claim num="0001"><claim-text>Cathode with
<claim-text>an oxide.</claim-text></claim-text></claim>
<claim num="0002"><claim-text>Cell.</claim-text></claim></claims>
</ep-patent-document>
"""

REGISTER = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<ns2:world-patent-data xmlns:ns2="http://ops.epo.org" xmlns:ns3="http://www.epo.org/register">
<ns2:register-search total-result-count="1"><ns2:query syntax="CQL">pn=EP9000001</ns2:query><ns2:range begin="1" end="1"/>
<ns3:register-documents><ns3:register-document lang="en"><ns3:statuses><ns3:status>Granted</ns3:status></ns3:statuses>
<ns3:bibliographic-data country="EP" lang="en"><ns3:publication-reference><ns3:document-id><ns3:country>EP</ns3:country>\
<ns3:doc-number>9000001</ns3:doc-number><ns3:kind>A1</ns3:kind><ns3:date>20200506</ns3:date></ns3:document-id></ns3:publication-reference>
<ns3:classifications-ipcr><ns3:classification-ipcr><ns3:text>H01M4/525,  // H01M10/05</ns3:text></ns3:classification-ipcr></ns3:classifications-ipcr>
<ns3:invention-title lang="de">Kathode</ns3:invention-title><ns3:invention-title lang="en">Cathode</ns3:invention-title>
</ns3:bibliographic-data></ns3:register-document></ns3:register-documents></ns2:register-search></ns2:world-patent-data>
"""

OPS_EQUIVALENTS = """<?xml version="1.0" encoding="UTF-8"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org"><ops:equivalents-inquiry>
<ops:publication-reference><document-id><country>EP</country><doc-number>9000001</doc-number></document-id></ops:publication-reference>
<ops:inquiry-result><publication-reference><document-id document-id-type="epodoc"><doc-number>US2020000009</doc-number></document-id>\
</publication-reference></ops:inquiry-result>
</ops:equivalents-inquiry></ops:world-patent-data>
"""

QUESTEL = """<?xml version="1.0" encoding="UTF-8"?>
<questel-patent-document lang="en" date-produced="20180805" file="US06177006B1.xml">
<bibliographic-data lang="en"><invention-title lang="en">Filter</invention-title></bibliographic-data>
<abstract lang="en"><p><br/>A filter.</p></abstract>
<description lang="en"><heading>BACKGROUND</heading></description></questel-patent-document>
"""

OTHER_ROOT = """<?xml version="1.0" encoding="UTF-8"?>
<patents><patent-record lang="EN"><wo-bibliographic-data><publication-reference><document-id>\
<country>WO</country><doc-number>2020/000001</doc-number><kind>A1</kind></document-id>
</publication-reference><invention-title>Cathode</invention-title></wo-bibliographic-data>
<claims><claim><claim-text>A cathode.</claim-text></claim></claims></patent-record>
<patent-record><wo-bibliographic-data><invention-title>Anode</invention-title>
</wo-bibliographic-data></patent-record></patents>
"""

OPS_JSON = """{"ops:world-patent-data": {"@xmlns": {"$": "http://www.epo.org/exchange"},
"exchange-documents": {"exchange-document": [
{"@family-id": "1000001", "@country": "EP", "@doc-number": "9000001", "@kind": "A1",
 "bibliographic-data": {"publication-reference": {"document-id": [
   {"@document-id-type": "docdb", "country": {"$": "EP"}, "doc-number": {"$": "9000001"},
    "kind": {"$": "A1"}, "date": {"$": "20200506"}}]},
  "invention-title": [{"@lang": "de", "$": "Kathode"}, {"@lang": "en", "$": "Cathode"}],
  "classifications-ipcr": {"classification-ipcr": {"text": {"$": "H01M   4/  525   A I"}}}},
 "abstract": {"@lang": "en", "p": {"$": "An oxide \\ud800."}}},
{"@country": "FR", "@doc-number": "9000002", "@kind": "A1"}]}}}
"""

PLAIN_JSON = """{"num_results": 40, "documents": [
{"country": "EP", "doc_number": "9000001", "kind": "A1", "family_id": "1000001",
 "publication_reference_docdb": {"date": "2020-05-06"}, "priority_claims": [{"date": "2017-11-02"}],
 "application_number": "EP18200001A", "intl_class": ["H01M 4/ 525 A I"],
 "cpc_class": ["H01M 4/525", "H01M 4/525"], "title": "Cathode", "abstract": "An oxide. <IMAGE>",
 "applicants_epodoc": ["CELL WORKS [KR]"], "inventors_original": ["ROY, ANA"]}]}
"""

XML_DOCUMENTS = {
    "grant": GRANT,
    "design": DESIGN,
    "application": APPLICATION,
    "patdoc": PATDOC,
    "pap": PAP,
    "ops": OPS,
    "ops-claims": OPS_CLAIMS,
    "ops-search": OPS_SEARCH,
    "ops-family": OPS_FAMILY,
    "docdb": DOCDB,
    "ep": EP,
    "register": REGISTER,
    "ops-equivalents": OPS_EQUIVALENTS,
    "questel": QUESTEL,
    "other-root": OTHER_ROOT,
}
OTHER_DOCUMENTS = {"greenbook": GREENBOOK, "ops-json": OPS_JSON, "plain-json": PLAIN_JSON}
EVERY_DOCUMENT = {**XML_DOCUMENTS, **OTHER_DOCUMENTS}
