"""Credits are parted from captions, and what only looks like one is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.captions.credit_lines import of_lead, of_photo
from auditor.captions.credits import split

CREDITED = [
    (
        "Der Zeichner am Tisch © HNW/A. Beispiel, honorarfrei - Verwendung gemäß der AGB im engen "
        "inhaltlichen, redaktionellen Zusammenhang mit der Sendung bei Nennung von Bild und Urheber",
        "Der Zeichner am Tisch",
        "HNW/A. Beispiel, honorarfrei - Verwendung gemäß der AGB im engen "
        "inhaltlichen, redaktionellen Zusammenhang mit der Sendung bei Nennung von Bild und Urheber",
    ),
    ("Вона підписала підозру / Фото з фейсбуку Олени", "Вона підписала підозру", "Фото з фейсбуку Олени"),
    ("That's a lot of selfies [Instagram]", "That's a lot of selfies", "Instagram"),
    ("李四在场边。视频截图", "李四在场边。", "视频截图"),
    ("门外的人群。视觉中国 资料", "门外的人群。", "视觉中国 资料"),
    ("门外的人群。（BBC）", "门外的人群。", "BBC"),
    ("港口之夜。网络图片", "港口之夜。", "网络图片"),
    ("10月4日，列车开往港口。 通讯员王五 摄", "10月4日，列车开往港口。", "通讯员王五 摄"),
    ("The shelter in 1952. (Public domain)", "The shelter in 1952.", "Public domain"),
    ("Das Tor bei Nacht. Archivfoto: HN", "Das Tor bei Nacht.", "Archivfoto: HN"),
    ("Londyn / autor: Pixabay, Twitter", "Londyn", "autor: Pixabay, Twitter"),
    ("Um dos pilares Imagem: Arquivo pessoal", "Um dos pilares", "Arquivo pessoal"),
    ("価格の推移（出所）国土交通省の資料", "価格の推移", "国土交通省の資料"),
    ("Sur le quai, le soir. (Ann Poe/Vu pour Le Quai)", "Sur le quai, le soir.", "Ann Poe/Vu pour Le Quai"),
    ("The ferry at noon. File pic: Ann Poe", "The ferry at noon.", "File pic: Ann Poe"),
    ("A view of the gate. (AP Photo/Name One)", "A view of the gate.", "AP Photo/Name One"),
    ("Crowd at the gate. Photo: Jane Doe/Reuters", "Crowd at the gate.", "Jane Doe/Reuters"),
    ("Die Menge vor dem Tor. Foto: A. Beispiel/dpa", "Die Menge vor dem Tor.", "A. Beispiel/dpa"),
    ("La foule devant la porte © Nom/AFP", "La foule devant la porte", "Nom/AFP"),
    ("The crowd | Jane Doe", "The crowd", "Jane Doe"),
    ("Die Menge vor dem Tor | dpa", "Die Menge vor dem Tor", "dpa"),
    ("The crowd came to the gate. Jane Doe", "The crowd came to the gate.", "Jane Doe"),
    ("The crowd came to the gate. REUTERS/Jane Doe", "The crowd came to the gate.", "REUTERS/Jane Doe"),
    ("At the gate. Photograph by Jane Doe", "At the gate.", "Jane Doe"),
    ("The gate (Jane Doe/Cuarto)", "The gate", "Jane Doe/Cuarto"),
    ("人群聚集在门外。新华社记者 王五 摄", "人群聚集在门外。", "新华社记者 王五 摄"),
    ("市民围观 中新社记者 刘某 摄", "市民围观", "中新社记者 刘某 摄"),
    ("成都领事馆(图源:新华社)", "成都领事馆", "新华社"),
    ("成都 图/新华社", "成都", "新华社"),
    ("门外的人群 图片来源:视觉中国", "门外的人群", "视觉中国"),
    ("門外的人群。張三／攝", "門外的人群。", "張三／攝"),
    ("国民（ソウルで、３日）＝ＡＰ", "国民（ソウルで、３日）", "ＡＰ"),
    ("사람들이 문 앞에 모여 있다. 뉴시스", "사람들이 문 앞에 모여 있다.", "뉴시스"),
    (
        "閉鎖される橋=2026年11月17日午後、港市、山田太郎撮影",
        "閉鎖される橋=2026年11月17日午後、港市",
        "山田太郎撮影",
    ),
    ("폐쇄된 다리[뉴스 자료사진. 재판매 및 DB 금지]", "폐쇄된 다리", "뉴스 자료사진. 재판매 및 DB 금지"),
    (
        "다리에 차단봉이 설치돼 있다. 박정우 선임기자 p@a.kr",
        "다리에 차단봉이 설치돼 있다.",
        "박정우 선임기자 p@a.kr",
    ),
    ("다리 옆 빵집. 독자 제공", "다리 옆 빵집.", "독자 제공"),
    ("El puente vacío (Captura de video)", "El puente vacío", "Captura de video"),
    ("Most portowy Źródło zdjęć: © East News", "Most portowy", "East News"),
    ("폐쇄된 다리 [촬영 김민수]", "폐쇄된 다리", "촬영 김민수"),
    ("說明渡輪班次。(市府提供)", "說明渡輪班次。", "市府提供"),
    ("De brug bij avond. ANP", "De brug bij avond.", "ANP"),
    ("Il ponte chiuso (Foto Agenzia Rossi)", "Il ponte chiuso", "Agenzia Rossi"),
    ("The bridge, May 3, 2026. WIRE/Jane Doe", "The bridge, May 3, 2026.", "WIRE/Jane Doe"),
    (
        "Le pont, fermé. ANNE PETIT / AGENCE POUR « LE JOUR »",
        "Le pont, fermé.",
        "ANNE PETIT / AGENCE POUR « LE JOUR »",
    ),
]
ABROAD = [  # cue words, separators and agencies of other languages
    ("Il ponte è chiuso. (Foto di Mario Rossi)", "Il ponte è chiuso.", "Mario Rossi"),
    ("O barco parado — Foto: Reprodução/TV Globo", "O barco parado", "Reprodução/TV Globo"),
    ("Bron er stengt. FOTO: OLA NORDMANN / NTB", "Bron er stengt.", "OLA NORDMANN / NTB"),
    ("Silta on suljettu. KUVA: Matti Meikäläinen", "Silta on suljettu.", "Matti Meikäläinen"),
    ("Most zamknięty. Fot. Jan Kowalski / Agencja", "Most zamknięty.", "Jan Kowalski / Agencja"),
    ("Köprü kapandı. Fotoğraf: AA", "Köprü kapandı.", "AA"),
    ("Η γέφυρα έκλεισε. Φωτογραφία: Γιώργος Π.", "Η γέφυρα έκλεισε.", "Γιώργος Π"),
    ("Міст закрито. Фото: УНІАН", "Міст закрито.", "УНІАН"),
    ("الجسر مغلق (رويترز)", "الجسر مغلق", "رويترز"),
    ("الجسر مغلق. تصوير: أحمد علي", "الجسر مغلق.", "أحمد علي"),
    ("הגשר נסגר (צילום: דוד כהן)", "הגשר נסגר", "דוד כהן"),
    ("สะพานปิด ภาพ: รอยเตอร์", "สะพานปิด", "รอยเตอร์"),
    ("Cầu bị đóng. Ảnh: Nguyễn Văn A", "Cầu bị đóng.", "Nguyễn Văn A"),
    ("다리가 폐쇄됐다. 사진=뉴시스", "다리가 폐쇄됐다.", "뉴시스"),
    ("橋が閉鎖された（撮影・山田太郎）", "橋が閉鎖された", "山田太郎"),
    ("橋が閉鎖された＝２６日、大阪市（共同）", "橋が閉鎖された＝２６日、大阪市", "共同"),
    ("桥梁关闭。王五摄/光明图片", "桥梁关闭。", "王五摄/光明图片"),
    ("桥梁关闭 新华社/法新", "桥梁关闭", "新华社/法新"),
    ("Мост закрыт. Коллаж: Анна Иванова", "Мост закрыт.", "Анна Иванова"),
    ("El puente cerrado. Captura de pantalla: Ana Paz", "El puente cerrado.", "Ana Paz"),
    ("Bron är stängd. Skärmdump: SVT", "Bron är stängd.", "SVT"),
    ("Η γέφυρα έκλεισε [ΑΠΕ-ΜΠΕ]", "Η γέφυρα έκλεισε", "ΑΠΕ-ΜΠΕ"),
    ("الجسر بعد إغلاقه (الشرق الأوسط)", "الجسر بعد إغلاقه", "الشرق الأوسط"),
    ("پل بسته شد / عکس: رضا عبدی", "پل بسته شد", "رضا عبدی"),
    ("Il ponte di sera – foto Balti", "Il ponte di sera", "foto Balti"),
    ("Færgen ved kajen. PR-foto", "Færgen ved kajen.", "PR-foto"),
    ("渡轮周五开航 视觉中国 图", "渡轮周五开航", "视觉中国 图"),
    ("老橋封閉。(中央社檔案照片)", "老橋封閉。", "中央社檔案照片"),
]
DASHED = [
    ("The bridge in August. — AFP pic", "The bridge in August.", "AFP pic"),
    ("Tiltas / J. Doe/LRT nuotr.", "Tiltas", "J. Doe/LRT"),  # Lithuanian: photo of
    (
        "다리가 다시 열렸다. 서울=홍길동 기자 hong@paper.kr /2020.07.21/",
        "다리가 다시 열렸다.",
        "홍길동 기자 hong@paper.kr /2020.07.21",
    ),
    ("Le bac du port. - M. Allard/SIPA", "Le bac du port.", "M. Allard/SIPA"),
    ("Le bac du port — J. Martin / Le Jour", "Le bac du port", "J. Martin / Le Jour"),
]
BRACKETED = [
    ("橋樑昨天重新開放。（取自王五臉書）", "橋樑昨天重新開放。", "取自王五臉書"),
    ("The bridge at noon. (News file photo)", "The bridge at noon.", "News file photo"),
    ("Jembatan ditutup. (Budi Santoso/kabarcom)", "Jembatan ditutup.", "Budi Santoso/kabarcom"),
    ("The shop is empty. (Submitted by Jane Doe)", "The shop is empty.", "Submitted by Jane Doe"),
    ("A queue at the pier. (Gazette photo by Ravi Rao)", "A queue at the pier.", "Gazette photo by Ravi Rao"),
    ("The old pier. (Special arrangement)", "The old pier.", "Special arrangement"),
    ("The pier in May. Photo by R. J. Collins.", "The pier in May.", "R. J. Collins"),
]
LEFT_OVER = [  # the credit stood in an element of its own
    ("The gate at night (", "The gate at night"),
    ("Das Tor bei Nacht. Bild:", "Das Tor bei Nacht."),
    ("The gate at night Copyright", "The gate at night"),
]
CREDIT_ALONE = [
    ("Tangkapan Layar TVRI", "Tangkapan Layar TVRI"),  # Indonesian: a screenshot
    ("J. Doe/LRT nuotr.", "J. Doe/LRT"),
    ("(Jane Doe/The Coast files)", "Jane Doe/The Coast files"),
    ("Jane Doe / Coast Daily News", "Jane Doe / Coast Daily News"),
    ("Ann Poe/HNW", "Ann Poe/HNW"),
    ("CC annpoe https://flic.kr/p/q1Q2q3", "CC annpoe https://flic.kr/p/q1Q2q3"),
    ("Flickr/Ann Poe https://pictures.example/photos/poe/4890", "Flickr/Ann Poe"),
    ("(Ann ‘Quay’ Poe Photography)", "Ann ‘Quay’ Poe Photography"),
    ("Left image: Ann Poe", "Ann Poe"),
    ("Left Image: Office of the Port, Right Image: Ann Poe", "Office of the Port, Right; Ann Poe"),
    ("afp.com/Ann Poe", "afp.com/Ann Poe"),
    ("广州日报全媒体图片记者王五阳、李妍摄", "广州日报全媒体图片记者王五阳、李妍摄"),
    ("PHOTO ANN POE, LE QUAI", "ANN POE, LE QUAI"),
    ("INFOGRAPHIE LE QUAI", "LE QUAI"),
    ("（出典）国土交通省の資料", "国土交通省の資料"),
    ("Скріншот", "Скріншот"),
    ("Foto: dpa", "dpa"),
    ("© Name | PR", "Name | PR"),
    ("图:新华社", "新华社"),
    ("Reuters", "Reuters"),
    ("Grafiikka: Aino Salo", "Aino Salo"),
    ("Infographie : Ana Paz", "Ana Paz"),
    ("колаж: Анна Петренко", "Анна Петренко"),
    ("Sursa foto: Shutterstock", "Shutterstock"),
    ("Fuente de la imagen: Ana Paz", "Ana Paz"),
    ("צילום: Jane Doe/AP", "Jane Doe/AP"),
]
UNCREDITED = [
    "写真・図版",  # "photographs and figures"
    "The bridge | Photo gallery",
    "Poe/Roe",
    "Quay / Crisis Talks",
    "The quay in spring/summer",
    "裏面は平らです。上が新型、下が旧型です",
    "二つの機械「QX-20」。左はQX-10",
    "Left image: a map of the port",
    "Der Hafen will bald HD-TV via Antenne anbieten",
    "Das Geflecht der Firmen im Hafen, ohne Gewähr. (Stand Juni 2016)",
    "Left",
    "こちらは前の画面。選択肢がありません",
    "Symbolbild: die Polizei im Einsatz",
    "File photo: the gate in Houston",
    "The gate in Houston. File pic: the street before it",
    "A ruling on copyright",
    "Ursula von der Leyen",
    "Das Urteil (BGH)",
    "Der Minister (CDU/CSU)",
    "The U.S. Embassy in St. Petersburg",
    "图:人群聚集在总领事馆门外",
    "桥的位置如下图",
    "图为市民在总领事馆外拍照留念。",
    "Die Kundgebung am Abend. (Archivbild)",
    "El ministro tras la foto de familia del grupo.",
    "Foto de familia de la segunda reunión",
    "In pictures: the bridge",
    "Imagen: la torre del puente",
    "PHOTO OF THE DAY",
    "Bild: Ein Mann läuft",
    "摄像机前的人群",
    "门外的人群。（视频截图）",
    "门外的人群（NGO）",
    "Die Strecke Berlin - Hamburg/Bremen",
    "The bridge at night [FILE]",
    "The boats (provided by law)",
    "الوزير والرئيس (يمين)",
    "الجسر القديم (أرشيفية)",
]


@pytest.mark.parametrize(("text", "caption", "credit"), [*CREDITED, *ABROAD, *DASHED, *BRACKETED])
def test_the_credit_is_parted_from_the_caption(text: str, caption: str, credit: str) -> None:
    assert split(text) == (caption, credit)


@pytest.mark.parametrize(("text", "credit"), CREDIT_ALONE)
def test_a_lone_credit_leaves_no_caption(text: str, credit: str) -> None:
    assert split(text) == ("", credit)


OF_LEAD = [
    ("Main image: Jane Doe/Coast Agency", "Jane Doe/Coast Agency"),
    ("[Featured Image by Jane Doe/Getty Images]", "Jane Doe/Getty Images"),
    ("(Titelbild: A. Name/dpa)", "A. Name/dpa"),
    ("题图来源：视觉中国", "视觉中国"),
    ("题图来自Unsplash，基于CC0协议", "Unsplash"),
    ("Titelbild: Blick auf die alte Brücke", None),  # a caption
    ("Main street: the old gate", None),
]


@pytest.mark.parametrize(("text", "credit"), OF_LEAD)
def test_a_line_may_credit_the_picture_that_opens_the_article(text: str, credit: str | None) -> None:
    assert of_lead(text) == credit


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Beeld: Jane Doe", "Jane Doe"),
        ("Photo: AFP", "AFP"),
        ("Source: Jane Doe", None),
        ("Photo: the gate", None),
    ],
)
def test_a_line_may_say_who_made_a_picture_and_no_more(text: str, credit: str | None) -> None:
    assert of_photo(text) == credit


@pytest.mark.parametrize(("text", "caption"), LEFT_OVER)
def test_the_label_of_a_credit_that_is_gone_is_cut(text: str, caption: str) -> None:
    assert split(text) == (caption, None)


@pytest.mark.parametrize("text", UNCREDITED)
def test_what_only_looks_like_a_credit_is_kept(text: str) -> None:
    assert split(text) == (text, None)


@given(st.text(max_size=200))
def test_a_caption_is_never_longer_than_what_was_printed(text: str) -> None:
    caption, _ = split(text)
    assert caption in text


@pytest.mark.parametrize("piece", ["(", "[(", "图:", "a/", ". A ", "| "])
def test_of_a_text_without_end_only_the_tail_is_looked_at(piece: str) -> None:
    """Some patterns need the square of what they look at: a whole text of this length would take hours."""
    caption, credit = split(piece * 1_000_000 + " The gate at noon. Photo: Jane Doe/Reuters")
    assert caption.endswith("The gate at noon.")
    assert credit == "Jane Doe/Reuters"
