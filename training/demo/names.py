"""Invented people's names in the languages and scripts of the region. The family names say that nobody bears them."""

from dataclasses import dataclass
from random import Random

from training.choices import Sex


@dataclass(frozen=True)
class Names:
    """First names of women and men, family names before their mark, and what people do, in one language and script."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    mark: str
    positions: tuple[str, ...]
    feminine: tuple[str, str] = ("", "")

    def pick(self, random: Random, sex: str) -> tuple[str, str]:
        """A first and a family name. Somebody whose sex is not recorded bears either kind of first name."""
        woman = sex == Sex.WOMEN or (sex == Sex.NOT_RECORDED and random.random() < 0.5)
        family = random.choice(self.families)
        masculine, feminine = self.feminine
        if woman and masculine and family.endswith(masculine):
            family = family.removesuffix(masculine) + feminine
        return random.choice(self.women if woman else self.men), f"{family}-{self.mark}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ALBANIAN = Names(
    women=_words("Albulena Ardita Blerta Çlirime Donjeta Dafina Elira Ëndrra Fjolla Gentiana Kaltrina Lirije Majlinda "
                 "Njomza Rrezarta Shqipe Teuta Valdete Xhevahire Zana"),
    men=_words("Agon Arbën Besnik Çlirim Dardan Driton Enver Fatos Gëzim Ilir Kreshnik Luan Mërgim Petrit Rrezon "
               "Shkëlzen Trim Valon Xhevdet Ymer"),
    families=_words("Bardhi Bregu Çeliku Dëbora Fusha Gjethi Gurra Hëna Kodra Këneta Lisi Livadhi Lumi Mali Ngjyra "
                    "Pisha Rrapi Shtegu Thana Vera Xixa Zalli"),
    mark="Testi",
    positions=("Inspektor", "Zyrtar policor", "Analist", "Hetues", "Doganier", "Prokuror"),
)  # fmt: skip

MACEDONIAN = Names(
    women=_words("Анѓа Билјана Весна Гордана Драгица Елена Ѕвезда Ивана Јагода Катерина Ленче Магдалена Наталија "
                 "Оливера Ружица Сузана Тања Фросина Цвета Јасмина"),
    men=_words("Александар Благоја Васил Горан Димитар Ѓоко Зоран Илија Јован Кирил Љупчо Методија Никола Огнен "
               "Панче Ристо Стојан Трајче Ќиро Џоко"),
    families=_words("Јаворски Калински Лозански Врбески Ѓурчински Ѕвездевски Дабески Кленовски Месечински Ќерамидски "
                    "Облачески Потоковски Ридски Синоличкоски Трендафилски Црешнески Џумбушески Езерски Брезовски"),
    mark="Тест",
    positions=("Инспектор", "Полициски службеник", "Аналитичар", "Истражител", "Цариник", "Обвинител"),
    feminine=("ски", "ска"),
)  # fmt: skip

SERBIAN_CYRILLIC = Names(
    women=_words("Анђелија Бојана Весна Гордана Драгана Ђурђица Емилија Живана Зорица Јелена Ковиљка Љубица Маја Нада "
                 "Олга Ружица Светлана Ћирка Цвијета Шумадинка"),
    men=_words("Александар Богдан Василије Горан Душан Ђорђе Живорад Зоран Игњат Јован Љубомир Милош Немања Обрад "
               "Петар Радован Срђан Тихомир Ћирило Чедомир"),
    families=_words("Јаворковић Ђердановић Жубориловић Звездарић Јасенковић Калиновић Љиљанковић Месечановић Њивић "
                    "Облаковић Поточарић Росић Сунцокретић Травић Ћилибарић Храстић Цветнић Чуперковић Џбунић"),
    mark="Тест",
    positions=("Инспектор", "Полицијски службеник", "Аналитичар", "Истражитељ", "Цариник", "Тужилац"),
)  # fmt: skip

SERBIAN_LATIN = Names(
    women=_words("Anđelka Biljana Vidosava Gorica Desanka Đurđa Jovana Živka Zlata Ivona Jagoda Katarina Ljiljana "
                 "Nevena Rada Slavica Tijana Cvetana Željka"),
    men=_words("Aleksa Branko Vojin Gradimir Dejan Đura Žarko Zdravko Ivan Jugoslav Ljubiša Miodrag Nenad Ognjen "
               "Predrag Ratko Slobodan Toma Uroš Čeda"),
    families=_words("Javorović Đumbirović Žalfijić Zorinić Jablanić Kestenović Ljubičinović Majić Orahović "
                    "Planinčić Ružić Svetionik Talasović Ćuprijić Hlebović Crešnjević Čempresić Džepić Šipurkić"),
    mark="Test",
    positions=("Inspektor", "Policijski službenik", "Analitičar", "Istražitelj", "Carinik", "Tužilac"),
)  # fmt: skip

BOSNIAN = Names(
    women=_words("Ajla Belma Ćamila Džana Edina Fatima Hana Ilma Jasna Lejla Merima Nejra Ornela Raza Selma Šejla Una "
                 "Vildana Zerina Đana"),
    men=_words("Adnan Bakir Ćamil Džemal Edin Faris Hamza Irfan Jasmin Kenan Mirza Nedim Osman Rijad Senad Šefik Tarik "
               "Vedad Zlatan Đenan"),
    families=_words("Avlijić Baščić Čaršijić Ćilimović Divanić Đerdanić Fenjerović Gajtanić Ibrikčić Jorgovanović "
                    "Kahvić Lampadžić Mahalić Nanić Orasić Pendžerović Sahatić Šadrvanić Toprakčić Zumbulić"),
    mark="Test",
    positions=("Inspektor", "Policijski službenik", "Analitičar", "Istražilac", "Carinik", "Tužitelj"),
)  # fmt: skip

MONTENEGRIN = Names(
    women=_words("Anđa Bojana Vesna Gospava Dragica Đurđina Jelica Žana Zagorka Ivanka Jadranka Ksenija Ljubica Milica "
                 "Njegoslava Radmila Stana Tamara Śenka Vukosava"),
    men=_words("Andrija Blažo Veljko Gavrilo Danilo Đuro Žarko Zdravko Ilija Jakša Krsto Ljubo Marko Novak Periša "
               "Radoje Savo Tomaš Vukašin Šćepan"),
    families=_words("Borovnić Grebenović Drenić Đinđuvić Žukvić Zaljević Jezerović Katunović Lučić Maslinović Njivović "
                    "Oblutković Primorčić Ribarčić Stijenović Talasić Uvalić Ćemerić Školjić Źeničić"),
    mark="Test",
    positions=("Inspektor", "Policijski službenik", "Analitičar", "Istražitelj", "Carinik", "Tužilac"),
)  # fmt: skip

# What is spoken where, with how many in a hundred bear names of that language and script.
SPOKEN: dict[str, tuple[tuple[Names, int], ...]] = {
    "AL": ((ALBANIAN, 100),),
    "BA": ((BOSNIAN, 60), (SERBIAN_CYRILLIC, 20), (SERBIAN_LATIN, 20)),
    "XK": ((ALBANIAN, 88), (SERBIAN_CYRILLIC, 12)),
    "ME": ((MONTENEGRIN, 85), (ALBANIAN, 15)),
    "MK": ((MACEDONIAN, 75), (ALBANIAN, 25)),
    "RS": ((SERBIAN_CYRILLIC, 65), (SERBIAN_LATIN, 35)),
}
