"""Small made-up files in the layouts in which patent databases write theirs.

Two or three patents each; headers, separators, banners and traps are those of the real exports,
the patents are invented.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter
from made_up_xls import write_xls

ABSTRACT = (
    "A positive electrode active material comprises a lithium nickel oxide with a molar share of"
    " nickel of 0.85 or more."
)
OVEN = "An oven for the baking of pizza has a stone floor and a door with a window."


def delimited(
    rows: Sequence[Sequence[str]], delimiter: str = ",", *, end: str = "", bom: bool = False
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=f"{end}\r\n")
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def workbook(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell)


GOOGLE_HEADER = [
    "id", "title", "assignee", "inventor/author", "priority date", "filing/creation date",
    "publication date", "grant date", "result link", "representative figure link",
]  # fmt: skip
GOOGLE_ROWS = [
    [
        "US-10000001-B2", "Cathode with much nickel ", "Kathoden, Inc.", "Ada A, Bo B",
        "2014-06-20", "2015-06-19", "2018-06-19", "2018-06-19",
        "https://patents.google.com/patent/US10000001B2/en", "",
    ],
    [
        "EP-3000000-A1", "Oven for pizza", "Ofen GmbH", "Cy C", "2013-01-02", "2014-01-02",
        "2016-03-30", "", "https://patents.google.com/patent/EP3000000A1/en", "",
    ],
]  # fmt: skip
GOOGLE_QUERY = ["search URL:", "https://patents.google.com/?q=cathode&before=priority:20200101"]


def google_patents(path: Path) -> None:
    path.write_bytes(delimited([GOOGLE_QUERY, GOOGLE_HEADER, *GOOGLE_ROWS]))


def google_patents_before_2019(path: Path) -> None:
    american = [
        [*row[:4], *(_american(cell) for cell in row[4:8]), *row[8:]] for row in GOOGLE_ROWS
    ]
    path.write_bytes(delimited([GOOGLE_HEADER, *american]))


def _american(day: str) -> str:
    if not day:
        return ""
    year, month, of_month = day.split("-")
    return f"{int(month)}/{int(of_month)}/{year}"


ESPACENET_HEADERS = {
    "English": [
        "No", "Title", "Inventors", "Applicants", "Publication number", "Earliest priority", "IPC",
        "CPC", "Publication date", "Earliest publication", "Family number",
    ],
    "French": [
        "N°", "Titre", "Inventeurs", "Demandeurs", "Numéro de publication",
        "Priorité la plus ancienne", "CIB", "CPC", "Date de publication",
        "Publication la plus ancienne", "Numéro de famille",
    ],
    "German": [
        "Nr.", "Titel", "Erfinder", "Anmelder", "Veröffentlichungsnummer", "Früheste Priorität",
        "IPC", "CPC", "Veröffentlichungsdatum", "Früheste Veröffentlichung", "Familiennummer",
    ],
    "Dutch": [
        "Nr", "Titel", "Uitvinders", "Aanvragers", "Publicatienummer", "Vroegste prioriteit",
        "IPC", "CPC", "Publicatiedatum", "Vroegste publicatie", "Familienummer",
    ],
    "Spanish": [
        "N.º", "Título", "Inventores", "Solicitantes", "Número de publicación",
        "Prioridad más antigua", "CIP", "CPC", "Fecha de publicación", "Publicación más antigua",
        "Número de familia",
    ],
    "Italian": [
        "N.", "Titolo", "Inventori", "Richiedenti", "Numero di pubblicazione",
        "Priorità più antica", "IPC", "CPC", "Data di pubblicazione", "Pubblicazione più antica",
        "Numero di famiglia",
    ],
}  # fmt: skip
ESPACENET_BANNER = [
    ["Espacenet search results as of 25-11-2026 09:15"],
    ["2 results found"],
    ['Search query: ti="cathode" AND cpc=H01M4/525'],
    ["Filters: none; sorted by priority date"],
    [],
]
ESPACENET_ROWS = [
    [
        "1", "CATHODE WITH MUCH NICKEL", "A ADA [BE]\nB BO [DE]", "KATHODEN NV [BE]",
        "US2015123456A1\nUS10000001B2", "2014-06-20", "H01M4/525 (2010.01)\nC01G53/00",
        "H01M4/525 (EP,US)\nC01G53/42 (EP,KR,US)", "2015-05-07\n2018-06-19", "2015-05-07",
        "51234567",
    ],
    [
        "2", "Oven for pizza", "C CY [IT]", "OFEN GMBH [DE]", "EP3000000A1", "2013-01-02",
        "A21B1/00", "A21B1/02 (EP)", "2016-03-30", "2016-03-30", "52345678",
    ],
]  # fmt: skip


def espacenet_csv(language: str, lines_above: int = 7) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        banner = [*ESPACENET_BANNER, *[[] for _ in range(9)]][:lines_above]
        rows = [*banner, ESPACENET_HEADERS[language], *ESPACENET_ROWS]
        path.write_bytes(delimited(rows, ";", end=";", bom=True))

    return write


def espacenet_xlsx(path: Path) -> None:
    workbook(path, [[], *ESPACENET_BANNER, ESPACENET_HEADERS["English"], *ESPACENET_ROWS])


def espacenet_xls(path: Path) -> None:
    write_xls(path, [[], *ESPACENET_BANNER, ESPACENET_HEADERS["English"], *ESPACENET_ROWS])


LENS_HEADER = [
    "#", "Jurisdiction", "Kind", "Display Key", "Lens ID", "Publication Date", "Application Number",
    "Priority Numbers", "Earliest Priority Date", "Title", "Abstract", "Applicants", "Inventors",
    "Simple Family Members", "CPC Classifications", "IPCR Classifications", "Legal Status",
]  # fmt: skip
LENS_ROWS = [
    [
        "1", "US", "B2", "US 10000001 B2", "001-002-003-004-005", "2018-06-19", "US 201514744000 A",
        "US 201514744000 A;;US 201462030942 P", "2014-06-20", "Cathode with much nickel", ABSTRACT,
        "KATHODEN NV;;STROOM NV", "ADA A;;BO B", "001-002-003-004-005;;009-008-007-006-005",
        "H01M4/525;;C01G53/42;;H01M4/525", "H01M4/525;;C01G53/00", "ACTIVE",
    ],
    [
        "2", "EP", "A1", "EP 3000000 A1", "009-008-007-006-005", "2016-03-30", "EP 14000001 A", "",
        "2014-06-20", "Cathode with much nickel", "", "KATHODEN NV", "ADA A",
        "001-002-003-004-005;;009-008-007-006-005", "", "H01M4/525", "PENDING",
    ],
]  # fmt: skip


def lens_csv(path: Path) -> None:
    path.write_bytes(delimited([LENS_HEADER, *LENS_ROWS], bom=True))


LENS_PATENTS = [
    {
        "lens_id": "001-002-003-004-005",
        "jurisdiction": "US",
        "doc_number": "10000001",
        "kind": "B2",
        "date_published": "2018-06-19",
        "biblio": {
            "application_reference": {"jurisdiction": "US", "doc_number": "201514744000"},
            "priority_claims": {
                "claims": [{"date": "2014-07-30"}, {"date": "2014-06-20"}],
            },
            "invention_title": [
                {"text": "Kathode mit viel Nickel", "lang": "de"},
                {"text": "Cathode with much nickel", "lang": "en"},
            ],
            "parties": {
                "applicants": [
                    {"residence": "BE", "extracted_name": {"value": "KATHODEN NV"}},
                    {"extracted_name": {"value": "STROOM NV"}},
                ],
                "inventors": [{"extracted_name": {"value": "ADA A"}}],
            },
            "classifications_cpc": {"classifications": [{"symbol": "H01M4/525"}]},
            "classifications_ipcr": {"classifications": [{"symbol": "C01G53/00"}]},
        },
        "families": {"simple_family": {"members": [{"lens_id": "001-002-003-004-005"}]}},
        "legal_status": {"patent_status": "ACTIVE"},
        "abstract": [{"text": ABSTRACT, "lang": "en"}],
        "claims": [
            {"lang": "fr", "claims": [{"claim_text": ["1. Une cathode."]}]},
            {
                "lang": "en",
                "claims": [{"claim_text": ["1. A cathode."]}, {"claim_text": ["2. A", "cell."]}],
            },
        ],
        "description": {"text": "The invention is about cathodes.", "lang": "en"},
        "publication_type": "GRANTED_PATENT",
    },
    {
        "lens_id": "009-008-007-006-005",
        "jurisdiction": "EP",
        "doc_number": "3000000",
        "kind": "A1",
        "date_published": "2016-03-30",
        "biblio": {"invention_title": [{"text": "Four à pizza", "lang": "fr"}], "parties": {}},
        "families": {},
        "publication_type": "PATENT_APPLICATION",
    },
]


def lens_jsonl(path: Path) -> None:
    path.write_text("".join(json.dumps(each) + "\n" for each in LENS_PATENTS), encoding="utf-8")


def lens_answer(path: Path) -> None:
    answer = {"total": 2, "max_score": None, "data": LENS_PATENTS, "results": 2}
    path.write_text(json.dumps(answer, indent=1), encoding="utf-8")


DERWENT_BANNER = [["Derwent Innovation"], ["Exported 2026-11-25, 2 records"]]
DERWENT_HEADERS = {
    "English": [
        "Publication Number", "Title", "Title - DWPI", "Abstract", "Abstract - DWPI", "Claims",
        "Assignee/Applicant", "Priority Date", "Publication Date", "IPC - Current",
        "CPC - Current", "DWPI Family Members",
    ],
    "Chinese": [
        "公开号", "标题", "标题 - DWPI", "摘要", "摘要 - DWPI", "权利要求", "专利权人/申请人",
        "优先权日", "公开日", "IPC - 当前", "CPC - 当前", "DWPI 同族专利成员",
    ],
    "Japanese": [
        "公報番号", "発明の名称", "発明の名称 - DWPI", "抄録", "抄録 - DWPI", "請求項",
        "譲受人/出願人", "優先権主張日", "公報発行日", "IPC - 現行", "CPC - 現行",
        "DWPI ファミリー メンバー",
    ],
}  # fmt: skip
DERWENT_ROWS = [
    [
        "US10000001B2", "Cathode", "Cathode active material for batteries, has much nickel",
        "not available", f"<p>NOVELTY - {ABSTRACT}</p>", "1. A cathode. | 2. A cell.",
        "KATHODEN NV | STROOM NV", "2014-06-20", "2018-06-19", "H01M0004525 | C01G005300",
        "H01M 4/525 | C01G 53/42", "US10000001B2 | EP3000000A1",
    ],
    [
        "JP2016123456A", "Oven", "", OVEN, "", "1. An oven.", "OFEN GMBH",
        "2013-01-02", "2016-03-30", "A21B000100", "", "JP2016123456A",
    ],
]  # fmt: skip


def derwent_csv(language: str, lines_above: int = 2) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        banner = [*DERWENT_BANNER, []][:lines_above]
        rows = [*banner, DERWENT_HEADERS[language], *DERWENT_ROWS]
        path.write_bytes(delimited(rows, bom=True))

    return write


def derwent_xlsx(path: Path) -> None:
    workbook(path, [*DERWENT_BANNER, DERWENT_HEADERS["English"], *DERWENT_ROWS])


def orbit_xlsx(path: Path) -> None:
    workbook(
        path,
        [
            [
                "Title", "Publication numbers", "Publication numbers with kind code",
                "Publication dates", "Earliest priority date",
                "Latest standardized assignees - inventors removed", "Abstract", "Claims",
                "English claims", "CPC - Cooperative classification",
                "IPC - International classification", "Legal state (Alive, Dead)", "Relevant?",
            ],
            [
                "(US10000001)\nCathode with much nickel", "US10000001\nEP3000000",
                "US10000001B2\nEP3000000A1", "2018-06-19\n2016-03-30", "2014-06-20",
                "KATHODEN\nSTROOM", ABSTRACT, "1. Eine Kathode.", "1. A cathode.",
                "H01M-004/525\nC01G-053/42", "H01M-004/525", "ALIVE", "yes",
            ],
            [
                "Oven for pizza", "JP2016123456", "JP2016123456A", "2016-07-07", "2013-01-02",
                "OFEN", OVEN, "1. An oven.", "", "", "A21B-001/00", "DEAD", "no",
            ],
        ],
    )  # fmt: skip


def patentscope_xlsx(path: Path) -> None:
    workbook(
        path,
        [
            ["Query: FP:(cathode)"],
            [
                "Application Id", "Application Number", "Application Date", "Country", "Title",
                "Abstract", "I P C", "Applicants", "Inventors", "Publication Number",
                "Publication Date", "Priorities Data", "National Phase Entries",
            ],
            [
                "WO2015026896", "PCT/EP2014/051801", "20.08.2014", "WO",
                "(EN) CATHODE WITH MUCH NICKEL", f"(EN) {ABSTRACT}", "H01M 4/525; C01G 53/00",
                "KATHODEN NV", "ADA, A", "WO/2015/026896", "26.02.2015", "EP 13000001 23.08.2013",
                "",
            ],
            [
                "EP123456789", "14000001", "02.01.2014", "EP", "(EN) OVEN FOR PIZZA",
                f"(EN) {OVEN}", "A21B 1/00", "OFEN GMBH", "CY, C", "3000000", "30.03.2016", "", "",
            ],
        ],
    )  # fmt: skip


PATBASE_MAP = {"title": "Titel EN", "abstract": "Kurzfassung EN", "publication_number": "Pub"}


def patbase_xlsx(path: Path) -> None:
    workbook(
        path,
        [
            ["Report of 25 Nov 2026"],
            ["PatBase Family", "Pub", "Titel EN", "Kurzfassung EN", "Earliest Priority"],
            ["70123456", "US10000001 BB", "Cathode with much nickel", ABSTRACT, "20 Jun 2014"],
            ["70123457", "EP3000000 A1", "Oven for pizza", OVEN, "02 Jan 2013"],
        ],
    )


def patentsview_tsv(path: Path) -> None:
    path.write_bytes(
        delimited(
            [
                ["patent_id", "patent_type", "patent_date", "patent_title", "num_claims"],
                ["10000001", "utility", "2018-06-19", "Cathode with much nickel", "20"],
                ["D500000", "design", "2005-01-04", "Oven", "1"],
                ["RE43000", "reissue", "2011-12-06", "Oven for pizza", "3"],
                ["PP12345", "plant", "2002-01-01", "Rose plant named 'Pizza'", "1"],
            ],
            "\t",
        )
    )


HUPD_PATENT = {
    "application_number": "14744000",
    "publication_number": "US20150123456A1-20150507",
    "title": "Cathode With Much Nickel",
    "decision": "ACCEPTED",
    "date_produced": "20150422",
    "date_published": "20150507",
    "main_cpc_label": "H01M4525",
    "cpc_labels": ["H01M4525", "C01G5342"],
    "main_ipcr_label": "H01M4525",
    "ipcr_labels": ["H01M4525"],
    "patent_number": "10000001",
    "filing_date": "20150619",
    "abstract": ABSTRACT,
    "claims": "1. A cathode.\n2. A cell.",
    "summary": "SUMMARY",
    "full_description": "The invention is about cathodes.",
    "inventor_list": [{"inventor_name_last": "A", "inventor_name_first": "Ada"}],
}


def hupd_json(path: Path) -> None:
    path.write_text(json.dumps(HUPD_PATENT, indent=4), encoding="utf-8")


def hupd_jsonl(path: Path) -> None:
    other = HUPD_PATENT | {"publication_number": "US20150999999A1-20151231", "title": "Oven"}
    lines = [json.dumps(HUPD_PATENT), json.dumps(other)]
    path.write_text("\n".join(lines), encoding="utf-8")


RIS = f"""TY  - PAT
TI  - Cathode with much
      nickel
AB  - {ABSTRACT}
PN  - US10000001B2
AU  - A, Ada
AU  - B, Bo
A2  - KATHODEN NV
DA  - 2018/06/19/
PY  - 2018
UR  - https://worldwide.espacenet.com/patent/search?q=pn%3DUS10000001B2
ER  -

TY  - PAT
T1  - Oven for pizza
N2  - {OVEN}
M1  - EP3000000A1
PY  - 2016
ER  -
"""


def ris(path: Path) -> None:
    path.write_text(RIS, encoding="utf-8")


BIBTEX = """% Encoding: UTF-8
@string{kv = "Kathoden NV"}

@patent{A2018,
  title     = {Cathode with much {Nickel}},
  author    = {M{\\"u}ller, Ada and {\\'E}mile, Bo},
  holder    = kv # { and Stroom},
  number    = {US10000001B2},
  date      = {2018-06-19},
  abstract  = "A cathode of {LiNiO$_2$} \\& carbon, 5\\% of it.",
  type      = {patentus},
}

@misc{C2016, title={Oven for pizza}, number={EP3000000A1}, type={Patent}, year=2016,
  abstract={An oven.}}
"""


WEB_OF_SCIENCE = f"""FN Clarivate Analytics Web of Science
VR 1.0
PT P
PN US10000001-B2; EP3000000-A1
TI Cathode active material for
   batteries, has much nickel
AU ADA A
   BO B
AE KATHODEN NV (KATH-C)
GA 201412345A
AB
   NOVELTY - {ABSTRACT}
   USE - Batteries.
IP H01M-004/525; C01G-053/42
PD US10000001-B2   19 Jun 2018   H01M-004/525   201845   Pages: 20   English
   EP3000000-A1   30 Mar 2016   H01M-004/525   201623   Pages: 18   English
AD US10000001-B2    US744000    19 Jun 2015
PI US62030942P      20 Jun 2014
UT DIIDW:201412345A
ER

PT P
PN JP2016123456-A
TI Oven for pizza
AB {OVEN}
UT DIIDW:201312345B
ER

EF
"""
WEB_OF_SCIENCE_TABLE = [
    ["PT", "PN", "TI", "AU", "AE", "GA", "AB", "IP", "PD", "PI"],
    [
        "P", "US10000001-B2; EP3000000-A1",
        "Cathode active material for batteries, has much nickel", "ADA A; BO B",
        "KATHODEN NV (KATH-C)", "201412345A", f"   NOVELTY - {ABSTRACT}   USE - Batteries.",
        "H01M-004/525; C01G-053/42",
        "US10000001-B2   19 Jun 2018   H01M-004/525   201845   Pages: 20; "
        "EP3000000-A1   30 Mar 2016   H01M-004/525   201623   Pages: 18",
        "US62030942P      20 Jun 2014",
    ],
    ["P", "JP2016123456-A", "Oven for pizza", "", "", "", OVEN, "", "", ""],
]  # fmt: skip


def web_of_science(path: Path) -> None:
    path.write_text(WEB_OF_SCIENCE, encoding="utf-8-sig")


def web_of_science_table(path: Path) -> None:
    path.write_bytes(delimited(WEB_OF_SCIENCE_TABLE, "\t", end="\t", bom=True))


def zotero_csv(path: Path) -> None:
    path.write_bytes(
        delimited(
            [
                ["Key", "Item Type", "Author", "Title", "Abstract Note", "Date", "Patent Number"],
                ["A1", "patent", "A, Ada", "Cathode", ABSTRACT, "2018-06-19", "US10000001B2"],
                ["B2", "patent", "C, Cy", "Oven for pizza", OVEN, "2016", "EP3000000A1"],
            ],
            bom=True,
        )
    )


def bibtex(path: Path) -> None:
    path.write_text(BIBTEX, encoding="utf-8")


EXPORTS: dict[str, tuple[str, int, Callable[[Path], None]]] = {
    "google.csv": ("Google Patents", 2, google_patents),
    "google-old.csv": ("Google Patents", 2, google_patents_before_2019),
    "espacenet.csv": ("Espacenet", 2, espacenet_csv("English")),
    "espacenet-short.csv": ("Espacenet", 2, espacenet_csv("English", 4)),
    "espacenet-fr.csv": ("Espacenet", 2, espacenet_csv("French")),
    "espacenet-de.csv": ("Espacenet", 2, espacenet_csv("German", 5)),
    "espacenet-nl.csv": ("Espacenet", 2, espacenet_csv("Dutch")),
    "espacenet-es.csv": ("", 2, espacenet_csv("Spanish")),
    "espacenet-it.csv": ("", 2, espacenet_csv("Italian")),
    "espacenet.xlsx": ("Espacenet", 2, espacenet_xlsx),
    "espacenet.xls": ("Espacenet", 2, espacenet_xls),
    "lens.csv": ("The Lens", 2, lens_csv),
    "lens.jsonl": ("The Lens", 2, lens_jsonl),
    "lens.json": ("The Lens", 2, lens_answer),
    "derwent.csv": ("Derwent Innovation", 2, derwent_csv("English")),
    "derwent-1.csv": ("Derwent Innovation", 2, derwent_csv("English", 1)),
    "derwent-3.csv": ("Derwent Innovation", 2, derwent_csv("English", 3)),
    "derwent-zh.csv": ("Derwent Innovation", 2, derwent_csv("Chinese")),
    "derwent-ja.csv": ("Derwent Innovation", 2, derwent_csv("Japanese")),
    "derwent.xlsx": ("Derwent Innovation", 2, derwent_xlsx),
    "orbit.xlsx": ("Orbit", 2, orbit_xlsx),
    "patentscope.xlsx": ("PATENTSCOPE", 2, patentscope_xlsx),
    "patentsview.tsv": ("PatentsView", 4, patentsview_tsv),
    "hupd.json": ("HUPD", 1, hupd_json),
    "hupd.jsonl": ("HUPD", 2, hupd_jsonl),
    "patents.ris": ("", 2, ris),
    "patents.bib": ("", 2, bibtex),
    "derwent-index.txt": ("", 2, web_of_science),
    "derwent-index.tsv": ("Web of Science", 2, web_of_science_table),
    "zotero.csv": ("", 2, zotero_csv),
}
"""File name → database, number of records, and what writes it. All open without any option."""
