"""Words that mean something to the parsers: what is put into a file to be mutated."""

ANY = (
    b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8",
    b"\x85", b"\x1a", b"\n", b"\r", b"\r\n", b"\t", b'"', b'""', b"'", b"\\", b"\\u0000",
    b"\\ud800", b"null", b"NaN", b"1e999", b"-1", b"0", b"US10000000B2", b"2014-06-20",
    b"31.02.2014", b"H01M4/525", b"not available", b"&amp;", b"<b>", b"title", b"abstract",
    b"\xd9\xa3", b"\xf0\x9d\x9f\x98", b"\xc2\xb2", "Ⅷ".encode(), "İ".encode(), "ß".encode(),
)  # fmt: skip

DELIMITED = (
    b",", b";", b"\t", b"|", b'","', b';"', b'"\n', b"sep=;\n", b"sep=", b"id,title\n",
)  # fmt: skip

JSON = (
    b"{", b"}", b"[", b"]", b",", b":", b'{"', b'":', b"[[", b"{}", b"[]", b"true", b'"$":',
    b'"@lang":', b'"lang":"en"', b'"biblio":', b'"lens_id":"1"', b'"data":[', b'"results":[{',
    b'"text":', b"\\u", b'"document-id":', b'"exchange-document":', b"Infinity", b"1E400", b"//",
    b'{"title":',
)  # fmt: skip

RIS = (
    b"TY  - PAT\n", b"ER  -\n", b"TI  - ", b"AB  - ", b"M1  - ", b"DA  - ", b"PY  - ", b"  - ",
)  # fmt: skip

HTML = (
    b"<tr>", b"</tr>", b"<td>", b"</td>", b"<th ", b"<table>", b"</table>", b"<!--", b"-->",
    b"<br>", b"colspan=99999", b"colspan='2'", b"&#x110000;", b"&lt;", b"&nbsp;",
    b"charset=utf-16", b"<",
)  # fmt: skip

WEB_OF_SCIENCE = (
    b"FN ", b"VR 1.0\n", b"PT P\n", b"PT J\n", b"ER\n", b"EF\n", b"PN ", b"TI ", b"AB ", b"GA ",
    b"PD US1-A 30 Feb 2016", b"\n   ", b"\n", b"; ",
)  # fmt: skip

BIBTEX = (
    b"@", b"@patent{", b"@string{a = ", b"@comment{", b"{", b"}", b"=", b"#", b",", b"\\", b"\\{",
    b'\\"{u}', b"\\ss", b"\\c{", b"%", b"$", b"year = ", b"number = {",
)  # fmt: skip

WORKBOOK = (
    b"<c ", b'<c r="XFD1048576" t="s"><v>0</v></c>', b't="s"', b't="inlineStr"', b't="d"',
    b't="e"', b't="b"', b"<v>", b"</v>", b"<v>99999999</v>", b'r="A0"', b'r="ZZZZZZ99999999999"',
    b'ref="A1:XFD1048576"', b"<row>", b'<row r="1048577">', b"<is><t>", b"</t></is>", b"<si>",
    b"<mergeCell ", b"<f>", b'count="4294967295"', b'uniqueCount="-1"', b'date1904="1"',
    b'state="hidden"', b'numFmtId="14"', b'formatCode="yyyy"',
    b'table:number-columns-repeated="2000000000"', b'table:number-rows-repeated="1048576"',
    b"<text:s text:c='1000000000'/>", b"]]>", b"<!--", b"&#0;", b"&#x110000;", b"&lol;",
    b'xml:space="preserve"', b"../../xl/sharedStrings.xml", b'Target="/xl/worksheets/sheet1.xml"',
)  # fmt: skip

XLS = (
    b"\x09\x08\x10\x00", b"\x0a\x00\x00\x00", b"\xfc\x00", b"\x3c\x00", b"\xfd\x00\x0a\x00",
    b"\xbe\x00", b"\x04\x02", b"\x00\x02\x0e\x00", b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff",
    b"\x2f\x00", b"\x06\x00", b"\x85\x00",
)  # fmt: skip

XML = (
    b"<", b">", b"</", b"/>", b"&", b";", b"&#", b"&#x110000;", b"&mgr;", b"&#0;", b"]]>",
    b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"<!DOCTYPE a [", b"]>", b'<!ENTITY a "&a;&a;">',
    b"<!ENTITY a SYSTEM 'b'>", b'<!ENTITY % p "x">%p;', b"<us-patent-grant>",
    b"</us-patent-grant>", b"<exchange-document>", b"</exchange-document>", b"<claims>",
    b"<claim>", b"</claim-text>", b"<PATDOC>", b"</PATDOC>", b"<PDAT>", b"<sequence-cwu>",
    b'xmlns:a="', b"a:b", b"<abstract>", b'<?xml version="1.0"?>', b"<document-id>",
    b"<bibliographic-data>", b"<?xml version='1.0' encoding='koi8-r'?>", b'lang="de"',
    b"<country>", b"<date>",
)  # fmt: skip

GREENBOOK = (
    b"PATN\n", b"WKU  ", b"CLMS\n", b"NUM  1.\n", b"PAR  ", b"PA1  ", b"ABST\n", b"     ",
    b".alpha.", b".sup.", b".sub.", b".[", b"..", b"APD  ", b"INVT\n", b"NAM  ", b"TBL", b"HHHHHT",
)  # fmt: skip

TAR = (
    b"ustar", b"ustar  \0", b"././@LongLink", b"77777777777", b"\x80\0\0\0\0\0\0\xff", bytes(512),
    b"0", b"1", b"2", b"5", b"L", b"x", b"g", b"S", b"30 path=../a.csv\n",
    b"19 GNU.sparse.major=0\n",
)  # fmt: skip

GZIP = (
    b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"\x1f\x8b\x08\x1f", b"\0\0\xff\xff", b"\x03\0", b"\0" * 8,
)  # fmt: skip

ZIP = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08",
    b"../", b"/", b"\\", b"C:", b"__MACOSX", b"\x08\0", b"\x0c\0", b"\x63\0", b"\xff\xff\xff\xff",
    b"\x01\0\x10\0",
)  # fmt: skip
