from storage.numerals import numbers
from storage.pages import page_of
from storage.sketch import shingles, sketch
from storage.words import plain, words


def test_a_sketch_of_a_part_is_found_in_the_whole() -> None:
    words = [f"word{number}x" for number in range(3000)]
    whole, part = sketch("", " ".join(words)), sketch("", " ".join(words[1000:1040]))
    assert (whole.step, part.step) == (16, 4)
    assert 0.6 < len(whole.hashes) / (whole.shingles / whole.step) < 1.4
    sampled = {hash_ for hash_ in part.hashes if hash_ % whole.step == 0}
    assert sampled
    assert sampled <= whole.hashes


def test_few_words_have_no_shingles() -> None:
    assert shingles(plain("Photo of the")) == set()
    assert len(shingles(plain("Photo of the day"))) == 1


def test_a_short_text_is_sketched_with_its_title() -> None:
    assert sketch("One title of five words", "Too short").shingles == 4
    text = "a text that is long enough to say by itself what it is"
    assert sketch("One title of five words", text) == sketch("Another", text)


def test_numbers_of_shingles_stay_what_is_stored() -> None:
    stored = [42332307, 378406975, 969079089, 1661076200, 2114231411, 2700616357]
    assert sorted(shingles(plain("Счёт за 1,5 года вырос на 20 % (ЦБ)"))) == stored


def test_words_between_all_kinds_of_signs() -> None:
    text = '«Слово», (end). A.B x-7 3-5 −5 №5 +1.5% 12:30, 1,5. 5.a ma’no _x_y ²x 10%-5 e5e "—" $5!'
    found = "слово end a b x 7 3-5 -5 no 5 1.5 % 12:30 1,5 5 a ma no x y 2 x 10 % -5 e 5 e $ 5"
    assert words(text) == found.split()


def test_words_do_not_see_case_and_typography() -> None:
    assert words("Счёт — 1,5 % “за”") == words("СЧЕТ - 1,5 % «за»") == ["счет", "1,5", "%", "за"]


def test_plain_words_are_one_for_both_scripts() -> None:
    assert plain("тўғрисида Ёшлар маъно цирк") == plain("toʻgʻrisida Yoshlar maʼno sirk")


def test_numbers_are_read_in_digits_and_words() -> None:
    assert numbers(plain("Екі мың он жетінші жылы 17000 теңге")) == ("2017", "17000")
    assert numbers(plain("on the 3rd day, twenty-five tons and 2,5 kg")) == ("3", "25", "2,5")
    assert numbers(plain("5 миллионов на 2020 год, 12 стран")) == ("5000000", "2020", "12")
    assert numbers(plain("no numbers here")) == ()


def test_an_officials_page_is_known_by_its_number_whatever_its_language() -> None:
    assert page_of("https://president.uz/ru/lists/view/7012") == page_of(
        "https://president.uz/oz/lists/view/7012"
    )
    assert page_of("https://mfa.example/news/4711") == page_of("https://mfa.example/en/news/4711")
    assert page_of("https://gov.example/news/47110?lang=kk") == page_of(
        "https://gov.example/news/47110?lang=ru"
    )
    assert page_of("https://president.uz/ru/lists/view/7012") != page_of(
        "https://president.uz/ru/lists/view/7013"
    )
    assert page_of("https://x.example/2026/03/ministers-meet") is None
