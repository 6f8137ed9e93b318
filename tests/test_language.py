"""Which language an article is in: English must be sure, everything else must not pass as English."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.language import SAMPLE, identify

ENGLISH = {
    "report": (
        "The harbour board of Tollan Bay voted late on Tuesday to close the east pier to lorries until the spring, "
        "after divers found that four of its timber piles had rotted through. Fishermen who land crab there said "
        "they had not been asked. “We found out from the radio,” said Marit Oduya, whose family has worked the pier "
        "since 1961."
    ),
    "scores": (
        "Dunmere beat Castleroy 3-1 (Okafor 12, 44, Lind 71; Hargreaves 88). Brenwick drew 0-0 at home with Saltmere "
        "Rovers. Halden lost 2-4 to Port Ansel, who had Petrov sent off on 39. Weston Vale v Lornach was abandoned, "
        "waterlogged pitch. Attendances: Dunmere 4,112; Brenwick 2,870; Halden 1,954. Leading scorers: Okafor 14, "
        "Lind 9, Marsh 8, Tan 8."
    ),
    "names": (
        "Those present included Juan José Hernández de la Vega, Przemysław Wójcik, Søren Ærø, Đỗ Thị Hạnh, "
        "Jean-François Lévêque, Müge Çelik, Nkosinathi kaMbatha, the Count von Ostrau and Maria del Carmen Ruiz y "
        "Santos. Dr Lévêque and Ms Çelik read the names of the winners, and the mayor of Santa Rosa de Lima handed "
        "out the medals."
    ),
    "spun": (
        "The municipality has intended to demolish the aged viaduct, which has stood idle from the inundation. "
        "Denizens had vociferated apprehensions at the conclave, stating the edifice constitutes portion of their "
        "patrimony. The burgh councillor articulated that the pecuniary outlay for mending it would surpass "
        "threefold the price of a novel one."
    ),
    "noise": (
        "The c0uncil vo ted onn Monday t0 close teh libary in Ferndale,after a yaer of arguments abuot money. "
        "Resdients siad they wuold fihgt it.Councilor Amy Rudge told the meeting that the buidling was not safe , "
        "and that no one wnated to pay for it. A petiton with 2,O00 names was handed in by the frends of the "
        "library, who will meet agian on Friday."
    ),
    "non-native": (
        "In our town since many years the people is asking for a new road to the hospital. The Minister have "
        "promised it in the last elections, but till now nothing was made. I spoke with the driver of ambulance who "
        "told me that he needs fourty minutes for arrive, and if it is raining then he must to go by the other way."
    ),
}

OTHERS = {
    "de": "Der Gemeinderat hat am Montag beschlossen, die alte Brücke bis zum Frühjahr zu sperren, weil sie nicht mehr "
    "sicher ist. Der Bürgermeister sagte, man werde mit den Anwohnern sprechen, bevor die Arbeiten beginnen.",
    "fr": "Le conseil municipal a décidé lundi de fermer le vieux pont jusqu'au printemps, car il n'est plus sûr. "
    "Le maire a dit que les riverains seront reçus avant le début des travaux, qui doivent durer six mois.",
    "it": "Il consiglio comunale ha deciso lunedì di chiudere il vecchio ponte fino alla primavera, perché non è più "
    "sicuro. Il sindaco ha detto che parlerà con gli abitanti della zona prima dei lavori, che sono già in ritardo.",
    "es": "El ayuntamiento decidió el lunes cerrar el viejo puente hasta la primavera porque ya no es seguro. El "
    "alcalde dijo que hablará con los vecinos antes de que empiecen las obras, que van a durar más de seis "
    "meses.",
    "pt": "A câmara decidiu na segunda-feira fechar a ponte velha até à primavera, porque já não é segura. O "
    "presidente disse que vai falar com os moradores antes do início das obras, que não devem durar mais de "
    "seis meses.",
    "nl": "De gemeenteraad heeft maandag besloten om de oude brug tot het voorjaar te sluiten, omdat die niet meer "
    "veilig is. De burgemeester zei dat hij eerst met de bewoners van de wijk wil praten over de plannen.",
    "af": "Die stadsraad het Maandag besluit om die ou brug tot die lente te sluit, want dit is nie meer veilig "
    "nie. Die burgemeester het gesê dat hy met die mense van die wyk sal praat voor die werk begin.",
    "sv": "Kommunen beslutade i måndags att stänga den gamla bron till våren eftersom den inte är säker. "
    "Borgmästaren sade att han ska tala med de boende innan arbetet börjar, och att det kan ta mer än ett "
    "halvår.",
    "da": "Kommunen besluttede mandag at lukke den gamle bro indtil foråret, fordi den ikke er sikker mere. "
    "Borgmesteren siger, at han vil tale med beboerne, før arbejdet går i gang, og at det også bliver dyrt.",
    "no": "Kommunen bestemte mandag å stenge den gamle broen til våren fordi den ikke er trygg. Ordføreren sier at "
    "han vil snakke med beboerne før arbeidet begynner, og at det nå kan ta mer enn et halvt år å bygge opp.",
    "fi": "Kunta päätti maanantaina sulkea vanhan sillan kevääseen asti, koska se ei ole enää turvallinen. Johtaja "
    "sanoi, että hän puhuu asukkaiden kanssa ennen kuin työt alkavat, ja että se on myös kallis.",
    "pl": "Rada miasta w poniedziałek zdecydowała, że stary most będzie zamknięty do wiosny, bo nie jest już "
    "bezpieczny. Burmistrz powiedział, że przed rozpoczęciem prac spotka się z mieszkańcami, którzy się na to "
    "skarżą.",
    "cs": "Zastupitelstvo v pondělí rozhodlo, že starý most bude do jara uzavřen, protože už není bezpečný. "
    "Starosta řekl, že se před začátkem prací sejde s obyvateli, kteří si na to stěžují, a že to bude drahé.",
    "hu": "A város vezetése hétfőn úgy döntött, hogy a régi hidat tavaszig lezárja, mert már nem biztonságos. A "
    "polgármester azt mondta, hogy a munka előtt még beszélni fog az ott élőkkel, és ez nem lesz olcsó.",
    "ro": "Consiliul local a decis luni să închidă podul vechi până la primăvară, pentru că nu mai este sigur. "
    "Primarul a spus că va vorbi cu locuitorii din zonă după ce se termină studiul, care a fost plătit din "
    "bani europeni.",
    "tr": "Belediye pazartesi günü eski köprüyü bahara kadar kapatmaya karar verdi, çünkü artık güvenli değil. "
    "Başkan, işler başlamadan önce mahalle halkı ile görüşeceğini ve bunun çok pahalı olduğunu söyledi, ama "
    "daha sonra ne diye sordu.",
    "id": "Pemerintah kota pada hari Senin memutuskan untuk menutup jembatan tua itu karena tidak aman lagi. Wali kota "
    "mengatakan bahwa dia akan berbicara dengan warga yang tinggal di sana sebelum pekerjaan itu dimulai.",
    "tl": "Nagpasya ang konseho noong Lunes na isara ang lumang tulay dahil hindi na ito ligtas. Sinabi ng alkalde na "
    "kakausapin niya ang mga residente sa lugar bago magsimula ang trabaho, at para ito sa lahat.",
    "vi": "Hội đồng thành phố hôm thứ Hai đã quyết định đóng cửa cây cầu cũ cho đến mùa xuân vì nó không còn an "
    "toàn. Ông thị trưởng nói sẽ gặp những người dân sống trong khu vực này và các nhà thầu để bàn về kế "
    "hoạch.",
    "sw": "Baraza la mji liliamua Jumatatu kufunga daraja la zamani kwa sababu si salama tena. Meya alisema kwamba "
    "atazungumza na watu wa eneo hilo kabla ya kazi kuanza, na kuwa gharama yake ni kubwa sana katika mwaka huu.",
    "zu": "Umkhandlu unqume ngoMsombuluko ukuthi ibhuloho elidala livalwe ngoba alisaphephile. Imeya ithe abantu "
    "abahlala kule ndawo kuzokhulunywa nabo ngaphambi komsebenzi, kodwa yonke le mali ayikatholakali manje.",
    "xh": "Ibhunga ligqibe ngoMvulo ukuba ibhulorho endala ivalwe kuba ayikhuselekanga ngoku. USodolophu uthi abantu "
    "abahlala apho kuza kuthethwa nabo phambi komsebenzi, kwaye le mali ayikafumaneki kodwa iza kubakho.",
    "hi-Latin": "Nagar parishad ne somvar ko purane pul ko band karne ka faisla kiya hai kyonki yeh ab surakshit "
    "nahi hai. Mahapaur ne kaha ki kaam shuru hone se pehle logon ke saath baat ki jayegi aur iske liye "
    "paisa bhi mil gaya hai.",
    "ru": "Городской совет в понедельник решил закрыть старый мост до весны, потому что он больше не безопасен.",
    "uk": "Міська рада в понеділок вирішила закрити старий міст до весни, бо він більше не є безпечним для їзди.",
    "el": "Το δημοτικό συμβούλιο αποφάσισε τη Δευτέρα να κλείσει την παλιά γέφυρα μέχρι την άνοιξη.",
    "ar": "قرر المجلس البلدي يوم الاثنين إغلاق الجسر القديم حتى الربيع لأنه لم يعد آمنا للسيارات.",
    "fa": "شورای شهر روز دوشنبه تصمیم گرفت پل قدیمی را تا بهار ببندد چون دیگر ایمن نیست و گران است.",
    "he": "מועצת העיר החליטה ביום שני לסגור את הגשר הישן עד האביב משום שאינו בטוח עוד.",
    "hi": "नगर परिषद ने सोमवार को पुराने पुल को वसंत तक बंद करने का फैसला किया क्योंकि वह सुरक्षित नहीं है।",
    "zh": "市议会星期一决定关闭旧桥直到春天，因为它已经不安全了。市长说开工前会与居民见面。",
    "ja": "市議会は月曜日、古い橋を春まで閉鎖することを決めた。安全ではなくなったためだという。",
    "ko": "시의회는 월요일 낡은 다리를 봄까지 폐쇄하기로 결정했다. 더 이상 안전하지 않기 때문이다.",
    "th": "สภาเมืองมีมติเมื่อวันจันทร์ให้ปิดสะพานเก่าจนถึงฤดูใบไม้ผลิเพราะไม่ปลอดภัยอีกต่อไป",
}

LOOK_ALIKES = dict(zip("aceiopxyABCEHKMOPTX", "асеіорхуАВСЕНКМОРТХ", strict=True))


@pytest.mark.parametrize("kind", ENGLISH)
def test_english_prose_is_english(kind):
    """Reports, score columns, lists of foreign names, spun, noisy and non-native English are all English."""
    code, confidence = identify(ENGLISH[kind])
    assert code == "en"
    assert 0.3 < confidence <= 1


@pytest.mark.parametrize("expected", OTHERS)
def test_other_languages_are_named(expected):
    """Two sentences of another language are enough to name it, whatever its script."""
    code, confidence = identify(OTHERS[expected])
    assert code == expected.removesuffix("-Latin")
    assert 0 < confidence <= 1


@pytest.mark.parametrize(
    "text", ["", " \n\t", "42", "Yes.", "x" * 2_000_000, "() " * 200, "70-44 19-3 " * 40, "\ud800"]
)
def test_what_is_not_prose_is_undetermined(text):
    """Empty, numeric and wordless texts have no language, with confidence 0."""
    assert identify(text) == ("und", 0.0)


def test_capitals_are_read_like_small_letters():
    """A story set in capitals is identified like any other."""
    assert identify(ENGLISH["report"].upper())[0] == "en"


def test_most_of_the_prose_decides():
    """A foreign quotation does not turn an English article, nor an English one a foreign article."""
    assert identify(ENGLISH["report"] + ENGLISH["spun"] + OTHERS["de"][:90])[0] == "en"
    assert identify(OTHERS["de"] * 3 + ENGLISH["spun"][:90])[0] == "de"
    assert identify(OTHERS["ru"] * 4 + ENGLISH["spun"][:90])[0] == "ru"


def test_half_english_is_neither():
    """Like parts of English and another language are undetermined: detectors abstain."""
    english, german = ENGLISH["report"].split(), OTHERS["de"].split()
    assert identify(" ".join(english[:28] + german))[0] == "und"


def test_look_alike_letters_do_not_hide_english():
    """English with 30 % of its replaceable letters in Cyrillic is still English."""
    chance = random.Random(7)
    text = " ".join(ENGLISH.values())
    assert identify("".join(LOOK_ALIKES.get(c, c) if chance.random() < 0.3 else c for c in text))[0] == "en"


def test_a_long_text_is_judged_by_all_its_parts():
    """A long text opening with a page of another language is still identified by the rest."""
    text = OTHERS["fr"] * 4 + " ".join(ENGLISH.values()) * 40
    assert len(text) > 20 * SAMPLE
    assert identify(text)[0] == "en"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=4000))
def test_any_text_has_an_answer(text):
    """Whatever the characters, the answer is a short code and a confidence from 0 to 1, and the same twice."""
    code, confidence = identify(text)
    assert 2 <= len(code) <= 3
    assert 0 <= confidence <= 1
    assert identify(text) == (code, confidence)
