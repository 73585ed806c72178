"""Numbers of posts: the check digit finds each wrong digit and each pair that was swapped."""

from tradewind.lib.postal_numbers import check_digit, is_mistyped


def test_the_check_digit_is_that_of_the_standard() -> None:
    # 4·8 + 7·6 + 3·4 + 1·2 + 2·3 + 4·5 + 8·9 + 2·7 = 200, and 11 - 200 % 11 = 9.
    assert check_digit("47312482") == 9
    # Nothing left over counts as 5; one left over would be 10, and counts as 0.
    assert (check_digit("00000000"), check_digit("00004000")) == (5, 0)
    assert not is_mistyped("RR 473 124 829 de")


def test_one_wrong_digit_is_found_and_other_numbers_are_left_alone() -> None:
    right = "RR473124829DE"
    wrong = [f"{right[:place]}{(int(right[place]) + 1) % 10}{right[place + 1 :]}" for place in range(2, 11)]
    assert all(is_mistyped(number) for number in wrong)
    assert is_mistyped("RR743124829DE")
    assert not any(is_mistyped(number) for number in ("YT2232521272432059", "", "1Z999AA10123456784", "RR47312482DE"))
