"""Which language an article is written in, so that detectors which know English abstain on everything else.

What is measured: the share of words that are one of a language's commonest function words (a third to a half of any
running text, whatever it is about), and, for other alphabets, which script most letters belong to. The tables are small
and written by hand; they tell English from the rest reliably, and the rest from each other well enough for a note to
the editor. A library of language models would be slower, larger, and no surer on forty words.

Only a sample is looked at: at most `SAMPLE` characters (about 400 words), spread over the text, so a book costs no more
than a column. With a third of its letters replaced by foreign look-alikes, English still comes out as English; callers
that fear more than that fold look-alikes first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled

UNDETERMINED = "und"
SAMPLE = 2600  # characters that are looked at
SLICES = 8  # pieces of a longer text, the first at its start, the last at its end
MIN_HITS = 3  # fewer function words than this are chance
MIN_SHARE = 0.08  # of all words; English prose has 0.3 to 0.5, sports tables and lists of names fall to 0.1
MARGIN = 1.25  # English and its runner-up must differ by this factor, or neither is named
MANY_FOREIGN = 0.08  # share of non-ASCII characters from which scripts are counted at all
SCRIPT_SAMPLE = 500  # characters for that count
DENSE = 2.5  # a Chinese, Japanese or Korean character stands for about this many letters of an alphabet

FUNCTION_WORDS = {
    "en": """the of and to in a is that for was on with as it by from at be are have has had this which or an they
        were not his he she her its their but who will would been more when than about after one also said into
        there can could all some what if other over new up out no two only most between under during before
        through where while how any these those then them him our your my we you i me us so do does did should
        may might must because since until against both such each many much very just even now still being
        according told says including people year years week month day days time first last next second
        government police state world country company week's president minister market team game report
        officials members women men part being made make take took get go went come came see know think want use
        used way well back down off around like good long great little own same another every without within
        among across however although though upon whose whom per despite along later earlier early late near net
        loss profit share shares three four five six seven eight nine ten percent million billion win won lost
        season""",
    "de": """der die das und in zu den von mit ist im für auf dem nicht ein eine als auch es an werden aus er hat
        dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur
        bis mehr durch man sein wurde sei was wir ich ihr ihre seine sich des einer eines kann unter gegen vom
        wenn also hatte will her schon dann diese dieser""",
    "fr": """de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son
        aux ou mais comme on nous leur cette été elle ont deux ses être ces tout sa même aussi entre après fait
        si je y sans ans or but vous lui très où peut selon depuis contre avait était ainsi encore""",
    "it": """di e il la che in a per un è del non con i della una si da le dei al sono più alla nel come ha anche lo
        ma gli delle o dal su se ci tra nella questo stato dalla dell'anno all'interno degli cui ai suo sua
        hanno essere era due anni solo dopo ne lui prima loro fra sul sulla ed poi molto quando""",
    "es": """de la que el en y a los del se las por un para con no una su al es lo como más pero sus le ya o este sí
        porque esta entre cuando muy sin sobre ser también me hasta hay donde han quien desde todo nos durante
        uno ni contra otros fue ese eso ha había he son dos años está según tiene ante tras era""",
    "pt": """de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou
        quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos ter seus quem nas me
        esse eles você foi há são está ser anos segundo ainda sobre pelos dois""",
    "ca": """de la que el i a en els les del un per una amb no és va es al ha com més pel o seva seu dels són també
        però aquest aquesta ser han dos fins sobre entre quan on molt ja anys què des segons havia""",
    "ro": """de și în a la cu care pe nu din o un este că mai se au fi pentru prin sau sunt fost după dar ca al să
        lui ai ale către această acest fără până foarte doar între cele cel iar când are era într-o într-un
        potrivit si in""",
    "nl": """de van het een en in is dat op te zijn met voor niet die er aan om ook als dan maar bij uit nog of door
        over naar heeft hij ze was we wordt worden tot hun meer kan je had hebben deze werd geen zich wel veel
        moet onder al ik me so had""",
    "af": """die van en in is het 'n wat nie vir om te met sy op aan hy dat as ook by was deur sal uit maar word
        hulle of kan sê haar meer na ek ons se tot oor wees daar gaan toe nog net as moet hom moes so nou my
        jaar""",
    "sv": """och att det i en som på är av för med den till inte om har de ett han var från men sig kan så vi också
        efter när eller hade vid ut nu ska man år skulle än där mot sin under mer detta vara mycket alla hon
        blev blir""",
    "da": """og i at det er en til af på som for med de den der ikke har han et var men fra om sig ud så vi kan være
        blev skal også efter eller nu når ved op havde hun mere over hvor end mange år have bliver sin under
        siger mellem kun""",
    "no": """og i det er på en som til for at av med de har ikke den han et var om men fra seg så vi kan være ble
        skal også etter eller nå når ved opp hadde hun mer over hvor enn mange år må blir sin under sier mellom
        bare""",
    "is": """og að í á er sem til við um en var það ekki með fyrir af hann verið hafa eru þess þetta því þá frá hefur
        eða ég""",
    "fi": """ja on ei se että oli hän mutta ovat kun myös mukaan niin kuin sen tai joka ole jo vain sitä hänen mitä
        nyt jos sekä olla vuoden noin kanssa he voi sitten jälkeen ollut tämä""",
    "et": """ja on ei et see oli ta kui ka mis aga oma kes selle ning nii või siis ma kuid veel juba seda pole nad
        olid pärast""",
    "hu": """a az és hogy nem is egy ez azt volt meg de csak mint el ha már még fel le vagy lesz ezt amely szerint
        után kell pedig aki most lehet olyan majd között két""",
    "pl": """w i na z do się nie że to jest o a jak po co tak za od dla ale by przez są oraz był roku ma jego tylko
        już czy może być jej tym które który która przed pod we ten tego także więc ich będzie między""",
    "cs": """a v se na je že to s z do o i ve jako za by pro k si jsou ale po byl podle které jeho který od bude jen
        také až nebo není tak už která roku před mezi aby kteří této""",
    "sk": """a v sa na je že to s z do o aj vo ako za by pre k si sú ale po bol podľa ktoré jeho ktorý od bude len
        tiež až alebo nie tak už ktorá roku pred medzi aby""",
    "sl": """in je v na za se da so ne z ki bi tudi pa po s o kot ali do bil bila pri še ni od leta lahko bo iz med
        svoje""",
    "hr": """i je u na da se za od su s a o kao koji će iz to ne nije ali ili koja što po bi sa bio bila do još više
        kako samo sve nakon prema on kod također biti koje godine""",
    "sq": """të e në për me se një nga që është më i si ka do nuk dhe ai kanë janë u ishte por edhe duke këtë pas""",
    "lt": """ir į kad yra su iš ne tai bet kaip jo apie buvo už tik per po nuo ar taip jau dar dėl metų kuris prie""",
    "lv": """un ir ar ka no uz par bet kā arī tas tiek gada pēc lai nav to kas vai līdz bija pie savu jau""",
    "tr": """ve bir bu da de için ile olarak çok daha olan gibi en ne kadar o sonra var ki her ise ya olduğunu diye
        göre ama ben değil etti olduğu tarafından dedi yeni iki""",
    "az": """və bir bu da ki üçün ilə də olan çox isə daha sonra kimi hər ən olub görə edib var""",
    "id": """yang dan di dengan untuk ini itu dari dalam tidak pada akan oleh ke juga ada karena adalah sebagai telah
        bisa mereka saya kami lebih para sudah kata atau hari tersebut seperti ia dia saat tahun orang menjadi
        tak""",
    "tl": """ang ng sa na mga ay at si ni para kay ito may hindi niya nang kung siya o ko mo pa rin din ako nila
        isang upang mula ayon dahil lang po naman""",
    "vi": """và của là có được trong cho không một với các những người này đã khi ra đến để về như từ cũng vào trên
        sẽ năm tại ông theo nhiều sau""",
    "sw": """na ya wa kwa ni katika za la kuwa cha hiyo huo hii hiyo huyo pia alisema watu kama ambao wake baada yake
        hivyo kutoka si lakini mwaka sana wakati bado hata yao ili kwamba hadi zaidi au""",
    "zu": """ukuthi futhi noma kodwa ngoba uma lapho kakhulu manje ukuba wathi uthe uthi kanye nje nokho ngemuva
        phakathi lokhu leli lo la le lezi lesi yakhe wakhe bakhe konke yonke abantu umuntu ngesikhathi kusho
        kulo nge njengoba kwakho kuze ngokuthi bese kule kusukela unyaka esho yize labo loku mayelana okwamanje
        selokhu ngenxa kuphela""",
    "xh": """ukuba okanye kodwa kuba xa apho kakhulu ngoku wathi uthi kunye nje emva phakathi oku eli lo la le ezi
        esi yakhe wakhe bonke abantu umntu ngexesha ukuze njengoko ngokuba kwaye nangona malunga ngenxa kuphela
        kwakhona""",
    "st": """le ka ya ho ba ke e a o hore ha tsa wa mme se sa bo fela empa haholo tse hae bona teng ena eo kgotsa go
        gore fa""",
    "so": """oo iyo ka in ku ah waa ayaa uu u la ay waxaa ee soo si aan ka mid laga lagu isagoo sida loo waxa kale
        dadka""",
    "ha": """da a na ya ta ba an wannan cewa domin su shi ne ce kuma amma zuwa daga wanda sun suka yi ga wata cikin
        don tare""",
    "yo": """ni ti o awọn si ati pe fun lati kan naa ninu ko ń bi ó jẹ sí tí àwọn àti""",
    "hi": """hai ki ke ka ko mein se ne aur bhi hain nahi nahin kar par ye yeh ho tha thi the is us jo kya hi to ek
        kuch liye apne saath koi tak baat kaha gaya rahe raha rahi wale unhone iske lekin jab""",
    "cy": """y yn i a o ar yr mae am ei wedi bod fod gan oedd gyda hefyd ond hyn neu wrth sydd mewn dweud""",
    "ga": """agus an na i ar a is le go ag do bhí tá sé sin ach leis nach ón raibh chun sa iad mar gur faoi""",
    "eu": """eta da du ez dira izan bat dute zuen ere hori dela baina egin zen bere duen behar dituzte hau""",
    "la": """et in est non ad ut cum qui quod sed de ex per quae sunt ab esse si aut atque nec hoc eius""",
}

# First code point of a range, and its language where the script alone names it. "" is Latin or no script at all.
_RANGES = (
    (0x0, ""), (0x370, "el"), (0x400, "ru"), (0x530, "hy"), (0x590, "he"), (0x600, "ar"), (0x780, ""),
    (0x900, "hi"), (0x980, "bn"), (0xA00, "pa"), (0xA80, "gu"), (0xB00, "or"), (0xB80, "ta"), (0xC00, "te"),
    (0xC80, "kn"), (0xD00, "ml"), (0xD80, "si"), (0xE00, "th"), (0xE80, "lo"), (0xF00, "bo"), (0x1000, "my"),
    (0x10A0, "ka"), (0x1100, "ko"), (0x1200, "am"), (0x13A0, ""), (0x1780, "km"), (0x1800, "mn"), (0x18B0, ""),
    (0x1F00, "el"), (0x2000, ""), (0x3040, "ja"), (0x3100, "zh"), (0x3130, "ko"), (0x3190, ""), (0x3400, "zh"),
    (0xA000, ""), (0xAC00, "ko"), (0xD7B0, ""), (0xF900, "zh"), (0xFB00, ""), (0xFB1D, "he"), (0xFB50, "ar"),
    (0xFE00, ""), (0xFE70, "ar"), (0xFEFF, ""), (0xFF66, "ja"), (0xFFA0, ""), (0x20000, "zh"), (0x30000, ""),
)  # fmt: skip
_STARTS = tuple(start for start, _ in _RANGES)

# Letters that only some languages of a script write, the likeliest first; the first language with 1 % of them is named.
_TELLING = {
    "ru": (("uk", "іїєґ"), ("sr", "ђјљњћџ"), ("kk", "қғңәұ")),
    "ar": (("ur", "ٹڈڑںے"), ("fa", "پچژگی")),
}


class _Table(NamedTuple):
    """The function words: `code`, hashes in rising order, (words,); word i is one of the languages speaker[first[i] : first[i + 1]],
    numbers in _CODES."""

    code: NDArray[np.uint64]
    first: NDArray[np.int32]
    speaker: NDArray[np.int16]


def _hashed(words: Sequence[str]) -> NDArray[np.uint64]:
    """FNV-1a over the letters of every word, 64 bits: shape (words,). Of a chance match in a text there is no fear."""
    letters = np.array(words, dtype=np.str_).view(np.uint32).reshape(len(words), -1)
    rolling = np.full(len(words), 0xCBF29CE484222325, dtype=np.uint64)
    for column in letters.T:
        rolling = np.where(column > 0, (rolling ^ column) * np.uint64(0x100000001B3), rolling)
    return rolling


def _table() -> _Table:
    owners: dict[str, list[int]] = {}
    for number, code in enumerate(_CODES):
        for word in dict.fromkeys(FUNCTION_WORDS[code].split()):
            owners.setdefault(word, []).append(number)
    codes = _hashed(list(owners))
    order = np.argsort(codes)
    speakers = [list(owners.values())[i] for i in order.tolist()]
    first = np.cumsum([0, *map(len, speakers)]).astype(np.int32)
    return _Table(codes.take(order), first, np.fromiter(chain.from_iterable(speakers), dtype=np.int16))


_CODES = sorted(FUNCTION_WORDS)
_TABLE = _table()
_LONGEST = max(map(len, " ".join(FUNCTION_WORDS.values()).split()))


def identify(text: str) -> tuple[str, float]:
    """The language of most of the prose, as (ISO 639-1 code or "und", confidence from 0 to 1).

    "und" means: too few words, no language known here, or English and another language in like parts. The confidence
    grows with the lead over the next language and with the number of words that speak for it; with "und" it is 0.

        >>> identify("The council said that it would not be able to pay for the bridge before the end of the year.")[0]
        'en'
    """
    sample = _sample(text)
    if not sample.isascii():
        foreign = 1 - len(sample.encode("ascii", "ignore")) / len(sample)
        if foreign >= MANY_FOREIGN:
            script, share = _script(sample)
            if script:
                return script, share
    return _by_words(sample.lower())


def _sample(text: str) -> str:
    """The text itself if short, else `SLICES` pieces of it at even distances."""
    if len(text) <= SAMPLE:
        return text
    width = SAMPLE // SLICES
    step = (len(text) - width) // (SLICES - 1)
    return " ".join([text[at * step : at * step + width] for at in range(SLICES)])


def _by_words(lowered: str) -> tuple[str, float]:
    """The language whose function words are most frequent."""
    words, found = _votes(lowered, *_TABLE, len(_CODES))
    votes = found.tolist()
    first = max(votes)
    best = votes.index(first)
    if first < max(MIN_HITS, MIN_SHARE * words):
        return UNDETERMINED, 0.0
    votes[best] = 0
    second = max(votes)
    if "en" in (_CODES[best], _CODES[votes.index(second)]) and first < MARGIN * second:
        return UNDETERMINED, 0.0
    return _CODES[best], (1 - second / first) * first / (first + MIN_HITS)


@compiled
def _votes(
    lowered: str, code: NDArray[np.uint64], first: NDArray[np.int32], speaker: NDArray[np.int16], languages: int
) -> tuple[int, NDArray[np.int64]]:
    """How many words `lowered` has, and how many of them are function words of every language, shape (languages,).

    code (words,), first (words + 1,), speaker (m,): see `_Table`.
    """
    words = lowered.split()
    short = [word for word in words if len(word) <= _LONGEST and "\0" not in word]  # numpy ends a word there
    times = np.zeros(len(code), dtype=np.int64)
    if short:
        hashes = _hashed(short)
        at = np.minimum(np.searchsorted(code, hashes), len(code) - 1)
        times += np.bincount(at.compress(code.take(at) == hashes), minlength=len(code))
    votes = np.bincount(speaker, weights=np.repeat(times, np.diff(first)), minlength=languages)
    return len(words), votes.astype(np.int64)


def _script(sample: str) -> tuple[str, float]:
    """The language of the script that outweighs the Latin letters, and its share of all letters; ("", 0) if none."""
    letters = Counter(sample[:: len(sample) // SCRIPT_SAMPLE + 1].lower())
    weights: dict[str, float] = {}
    for letter, count in letters.items():
        if letter.isalpha():
            code = _RANGES[bisect_right(_STARTS, ord(letter)) - 1][1]
            weights[code] = weights.get(code, 0.0) + (count * DENSE if code in ("zh", "ja", "ko") else count)
    total = sum(weights.values())
    if weights.get("ja", 0.0) > 0.1 * weights.get("zh", 0.0):  # Japanese mixes its syllables with Chinese characters
        weights["ja"] = weights.get("ja", 0.0) + weights.pop("zh", 0.0)
    best = max(weights, key=lambda code: (weights[code], code), default="")
    if not best:
        return "", 0.0
    share = weights[best] / total
    for code, telling in _TELLING.get(best, ()):
        if sum(letters[letter] for letter in telling) > 0.01 * weights[best]:
            return code, share
    return best, share
