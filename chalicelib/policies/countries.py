"""Countries, and parts of them, as owners name them for their public holidays (R10)."""

from collections.abc import Collection
from datetime import date, timedelta

from chalicelib.policies.hints import close_to, closest
from chalicelib.policies.hours import holidays_of

_TONGUES = ("en", "pl", "hr", "ru", "uk", "de", "cs", "sk", "sl", "it", "es", "fr")
"""Languages in which an owner may have written a country's name out."""


def check(place: str) -> None:
    """Take `PL` or `DE-BY`. Raises `ValueError` with a sentence for what has no holidays we know."""
    import holidays  # a tenth of a second, paid only where a file names a country

    country, dash, part = place.partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        otherwise = "Write one such as `PL`, `HR`, `GB` or `US`, or the days themselves as `exceptions`"
        hint = _country_meant(place, known) or otherwise
        raise ValueError(f"no holidays are known for this country. {hint}")
    if dash and part not in known[country]:
        raise ValueError(
            f"this part of the country is not known. {_part_meant(country, part, known[country])}"
        )


def has_holidays(place: str, year: int) -> bool:
    """Return whether any day of a year is a public holiday there; some countries have suspended theirs."""
    found, first = holidays_of([place]), date(year, 1, 1)
    return any(first + timedelta(days=day) in found for day in range(366))


def _country_meant(place: str, known: Collection[str]) -> str:
    """Return a hint: the code in capitals, or that of a country whose name was written out."""
    if place.upper() in known:
        return f"Did you mean `{place.upper()}`?"
    names = _names(known)
    meant = closest(place, names)
    return f"Did you mean `{names[meant]}`?" if meant else ""


def _names(known: Collection[str]) -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for tongue in reversed(_TONGUES):
        names |= {name: code for code, name in Locale(tongue).territories.items() if code in known}
    return names


def _part_meant(country: str, part: str, known: Collection[str]) -> str:
    if not known:
        return f"Write `{country}` alone"
    if part.upper() in known:
        return f"Did you mean `{country}-{part.upper()}`?"
    whole = [f"{country}-{one}" for one in sorted(known)]
    # Two letters resemble any other two; only what is longer can have been meant.
    named = [one for one in whole if len(one) > len("DE-BY")]
    return close_to(f"{country}-{part}", named) or f"Write `{country}` alone, or one of {', '.join(whole)}"
