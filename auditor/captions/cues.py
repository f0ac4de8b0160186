"""The words that lead a credit, and the names of those who send pictures, as parts of regular expressions."""

from __future__ import annotations

CUE = (
    r"photo(?:graph)?s?(?: credits?| courtesy)?|foto(?:s|graf(?:in|ía|ia|ie|i)?|credits?)?|fotó|"
    r"bild(?:er)?(?:quelle|rechte|nachweis)?|image(?: credits?| source)?|picture(?: credits?| source)?|"
    r"pictures|pics?|credits?|copyright|quelle|source|grafik|"
    r"graphic|illustration|screenshots?|"
    r"crédits?(?: photos?)?|crédito|fuente|zdjęcie|fot\.?|fotografie|zdroj|źródło(?: zdję(?:ć|cia))?|"
    r"kuva|grafiikka|grafika|gráfico|lähde|kilde|källa|"
    r"(?:foto)?(?:collage|montage)|screengrab|(?:photo )?illustrations? by|"
    r"infogra(?:phic|phie|fika|fi[ak]|fía)|"
    r"capture d['’]écran|captura(?: de (?:pantalla|v[ií]deo))?|skjermbilde|skjermdump|skärmdump|skærmbillede|"
    r"ilustra(?:ción|ção|cja|ce)|illustrazione|illustratie|illustrasjon|kuvitus|kuvakaappaus|zrzut ekranu|"
    r"коллаж|колаж|фотоколлаж|фотоколаж|иллюстрация|ілюстрація|скриншот|скріншот|инфографика|інфографіка|"
    r"beeld|bron|fotoğraf|kaynak|forrás|sursa|sumber|ảnh|nguồn|фото|источник|джерело|φωτο(?:γραφία)?|φωτό|πηγή|"
    r"(?:sursa|fuente|fonte|sumber|nguồn|source|cr[eé]dit(?:o|os|i|s)?|zdroj|źródło|forrás|πηγή|источник|джерело)"
    r" (?:d[eao] (?:la |las |l['’])?|della |do )?(?:foto(?:grafi[ea]|graf[ií]as?)?s?|fotó|photos?|"
    r"imag(?:en|em|ine|e|ini)s?|gambar|ảnh|φωτο(?:γραφίας)?)|"
    r"صورة|تصوير|المصدر|عکس|צילום|קרדיט|מקור|ภาพ|ที่มา|फोटो|"
    r"imagem|imagen|immagine|出所|出典|写真|撮影|提供|사진|제공|출처|(?:图片|圖片|资料|資料)?(?:来源|來源)|图源|圖源|图片|圖片|摄影|攝影|摄|攝|图|圖|供图|供圖|翻攝"
)
AGENCY = (
    r"reuters|afp(?:\.com)?|a\.?p\.?(?: photo)?|dpa(?:-\w+)?|epa(?:-efe)?|efe|ansa|tass|xinhua|kyodo|"
    r"getty(?: ?images)?|imago(?: images)?|picture[ -]alliance|shutterstock|alamy(?: stock photo)?|"
    r"istock(?:photo)?|unsplash|pixabay|adobe ?stock|bloomberg|zuma(?: ?press)?|wikimedia(?: commons)?|"
    r"ritzau scanpix|scanpix|keystone|belga|yonhap|supplied|handout|contributed|"
    r"public domain|creative commons|cc[ -]by(?:[ -](?:sa|nd|nc|[1-4]\.0))*|flickr|instagram|tiktok|"
    r"رويترز|الأناضول|أ ?\.? ?ف ?\.? ?ب\.?|إ\.ب\.أ|د\.ب\.أ|فرانس برس|غيتي|รอยเตอร์|연합뉴스|뉴시스|뉴스1|"
    r"a\.?n\.?p\.?|lusa|ritzau|lehtikuva|hollandse hoogte|anadolu(?: agency| ajansı)?|"
    r"pa (?:media|wire|images)|usa today sports|action images|rex features|sipa(?: usa| press)?|"
    r"abaca(?:press)?|maxppp|hans lucas|europa ?press|la ?presse|east news|profimedia|isifa|"
    r"agerpres|eurokinissi|antara(?: foto)?|pr-?foto|press[eo]?-?foto|"
    r"(?-i:AAP|ANI|APA|ATS|ČTK|CTK|DHA|İHA|IHA|ISNA|IRNA|KCNA|MTI|NTB|PAP|PTI|TT|UPI|WAFA)|"
    r"риа новости|тасс|интерфакс|укринформ|укрінформ|पीटीआई|एएनआई|뉴스핌|"
    r"新华社|新華社|中新社|中新网|视觉中国|視覺中國|中央社|法新社?|路透社?|美联社|美聯社|共同(?:社|通信社?)?|時事(?:通信社?)?|ロイター|ゲッティ|东方ic|人民图片"
)
# Leads, anywhere in an article, the credit of the picture that it opens with.
LEAD_CUE = (
    r"(?:main|lead|cover|header|hero|top|featured?|title)[ -](?:image|photo|picture)s?"
    r"(?: (?:credits?|source))?|titelbild(?:er)?|titelfoto|aufmacher(?:bild|foto)?|beitragsbild|"
    r"(?:photo|image) (?:principale|de (?:couverture|une))|"
    r"(?:foto|imagen) (?:de )?(?:portada|principal|apertura)|"
    r"foto di copertina|foto (?:de )?capa|"
    r"(?:题图|題圖|封面(?:图片?|圖片?)|头图|頭圖|首图|首圖)(?:来源|來源|来自|來自|摄影|攝影)?"
)
