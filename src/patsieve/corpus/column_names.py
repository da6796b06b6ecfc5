"""What databases and people call the columns of a field, best name first.

Names are compared without case, accents, spaces and punctuation: "Title (original)" is
"titleoriginal" here and there.
"""

from collections.abc import Mapping

# Sources: exports and manuals of Google Patents, Espacenet (in English, German, French and
# Dutch), Lens (CSV and API), Derwent Innovation (in English, Chinese and Japanese), Orbit,
# PATENTSCOPE, PatBase, PatentsView, HUPD, Web of Science, Zotero, ASReview; Latipat (in Spanish and
# Portuguese), the Italian and the Korean office.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": (
        "title", "invention title", "patent title", "title of invention", "title localized",
        "titel", "bezeichnung", "bezeichnung der erfindung", "titel der erfindung", "titre",
        "titre de l'invention", "titel van de uitvinding", "titulo", "标题", "名称", "发明名称",
        "発明の名称", "発明の名称等", "タイトル", "標題", "titolo", "발명의 명칭", "제목", "ti",
    ),
    "abstract": (
        "abstract", "abstract text", "patent abstract", "abstract localized", "zusammenfassung",
        "abrégé", "résumé", "samenvatting", "uittreksel", "resumen", "摘要", "文摘", "抄録", "要約",
        "要約書", "abstract note", "resumo", "riassunto", "초록", "요약", "ab",
        # Exports of single parts of Derwent's abstract: what is new says most.
        "abstract dwpi novelty", "abstract dwpi use", "abstract dwpi advantage",
        "摘要 dwpi 新颖性", "抄録 dwpi 新規性",
    ),
    "claims": (
        "claims", "all claims", "claims text", "claims localized", "independent claims",
        "first claim", "claim 1", "main claim", "exemplary claim", "claim", "claim text",
        "patentansprüche", "ansprüche", "hauptanspruch", "anspruch 1", "anspruch",
        "revendications", "conclusies", "权利要求", "权利要求书", "首项权利要求", "第一权利要求",
        "独立权利要求", "請求の範囲", "特許請求の範囲", "請求項", "第一請求項", "請求項 1",
        "reivindicaciones", "reivindicações", "rivendicazioni", "청구항", "청구범위",
    ),
    "description": (
        "description", "description text", "full description", "description localized",
        "full text", "specification", "detailed description", "beschreibung",
        "beschreibungstext", "beschrijving", "说明书", "明細書", "発明の詳細な説明", "詳細な説明",
        "descripción", "descrição", "descrizione", "명세서",
    ),
    "label": (
        "label", "relevant", "is relevant", "relevance", "potentially relevant", "relevance label",
        "relevant label", "human label", "human decision", "reviewer decision",
        "screening decision", "final decision", "label included", "included", "relevanz",
        "relevante", "ist relevant", "potentiell relevant", "pertinent", "pertinence",
        "pertinente", "target", "class",
    ),
    "family_id": (
        "family id", "simple family id", "docdb family id", "simple family", "docdb family",
        "family number", "family no", "family", "patent family", "inpadoc family id",
        "inpadoc family", "inpadoc", "extended family id", "patbase family",
        "patbase family number", "familien id", "familiennummer", "patentfamilie",
        "numéro de famille", "familienummer", "simple family members", "dwpi family members",
        "dwpi accession number", "inpadoc family members", "dwpi 同族专利成员", "dwpi 同族成员",
        "dwpi 专利家族成员", "dwpi 入藏号", "inpadoc 同族专利成员", "inpadoc 同族 id",
        "dwpi ファミリーメンバー", "dwpi ファミリー", "dwpi アクセッション番号",
        "inpadoc ファミリーメンバー", "inpadoc ファミリー id", "número de familia",
        "número da família", "numero di famiglia",
    ),
    "publication_number": (
        "publication number", "publication no", "publication nr", "pub number", "pub no",
        "publication numbers with kind code", "publication numbers", "publication id",
        "patent number", "patent no", "patent id", "patent publication number",
        "document number", "doc number", "display key", "veröffentlichungsnummer",
        "publikationsnummer", "numéro de publication", "publicatienummer", "公开号", "公开公告号",
        "公开(公告)号", "公報番号", "公開番号", "公開・公報番号", "文献番号",
        "número de publicación", "número de publicação", "numero di pubblicazione", "공개번호",
        "등록번호", "문헌번호", "pn", "id",
    ),
    "cpc_symbols": (
        "cpc symbols", "cpc", "cpcs", "cpc codes", "cpc code", "cpc classifications",
        "cpc classification", "cpc current", "cpc labels", "cpc cooperative classification",
        "cooperative patent classification", "cpc group", "cpc 当前", "cpc 现版", "cpc 現行",
        "cpc 最新", "cpc 現在", "ipc", "ipcs", "ipc codes", "ipc code", "ipc current",
        "ipc class", "ipc classification", "ipc classifications", "ipcr classifications",
        "ipcr labels", "ipc international classification", "international classification",
        "international patent classification", "ipk", "cib", "cip", "ipc 当前", "ipc 现版",
        "ipc 分类号", "国际专利分类号", "ipc 現行", "ipc 最新", "ipc 現在", "国際特許分類",
        "cpc 분류", "ipc 분류", "ipc hauptklasse", "hauptklasse", "primary ipc class",
        "ipc main class", "main ipc",
    ),
    "priority_date": (
        "priority date", "earliest priority date", "priority date earliest",
        "earliest priority", "prioritätsdatum", "früheste priorität", "date de priorité",
        "priorité la plus ancienne", "prioriteitsdatum", "oudste prioriteit",
        "vroegste prioriteit", "优先权日", "最早优先权日", "优先权日期", "优先权日期 最早",
        "優先権主張日", "優先日", "優先権日", "最先の優先日", "prioridad más antigua",
        "fecha de prioridad", "prioridade mais antiga", "data de prioridade",
        "priorità più antica", "data di priorità", "우선일자", "우선권주장일", "priority numbers",
    ),
    "publication_date": (
        "publication date", "publication dates", "pub date", "date published", "patent date",
        "earliest publication date", "earliest publication", "veröffentlichungsdatum",
        "publikationsdatum", "früheste veröffentlichung", "date de publication",
        "publication la plus ancienne", "publicatiedatum", "vroegste publicatie",
        "oudste publicatie", "公开日", "公开日期", "公开(公告)日", "公開日", "公報発行日", "発行日",
        "fecha de publicación", "publicación más antigua", "data de publicação",
        "publicação mais antiga", "data di pubblicazione", "pubblicazione più antica", "공개일자",
        "공고일자",
    ),
    "split": ("split", "data split", "dataset split", "subset"),
}  # fmt: skip

# The tags with which Web of Science heads the columns of its Derwent Innovations Index; alone they
# mean too many things.
TAGS: Mapping[str, str] = {
    "family_id": "GA", "cpc_symbols": "IP", "publication_date": "PD", "priority_date": "PI",
}  # fmt: skip
TAGS_STAND_BESIDE = ("PN", "TI", "GA")

# What databases and people put before or after a name. The first group is worth more than the
# bare name: Derwent's editors write titles and abstracts that say what an invention is for, and
# models read English better than Japanese. The others are worth less.
BETTER: Mapping[str, tuple[str, ...]] = {
    "title": ("dwpi", "english", "en", "英文", "英語"),
    "abstract": ("dwpi", "english", "en", "英文", "英語"),
    "claims": ("english", "en", "英文", "英語"),
    "description": ("english", "en", "英文", "英語"),
}
WORSE: Mapping[str, tuple[str, ...]] = {
    "title": ("translated", "original", "原文"),
    "abstract": ("translated", "original", "原文"),
    "claims": ("translated", "original", "原文"),
    "description": ("translated", "original", "原文"),
    "cpc_symbols": ("dwpi",),
    "priority_date": ("dwpi",),
    "label": ("yes no", "y n", "1 0", "0 1", "ja nein", "oui non", "x"),
}

# Where the best column is empty, any other is read for these: what they say is of one kind. A
# family id of another kind joins other records, and claim 1 is not the claims.
WITH_SECOND_BEST = ("title", "abstract", "cpc_symbols", "priority_date", "publication_date")

# Columns that older Espacenet files fill with "KR20130006425U 20130801", others with numbers alone.
NUMBERS_WITH_DATES = ("priority numbers",)
