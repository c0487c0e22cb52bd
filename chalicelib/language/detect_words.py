"""Which words of a message tell its language: no addresses, handles, hashtags, numbers or product names."""

import re
import unicodedata

LONGEST_TEXT, LONGEST_WORD, MOST_WORDS = 800, 20, 40
"""What is read of a message: enough to know the language, little enough to be quick whatever is sent."""

_NOT_WORDS = re.compile(r"[@#\d]|://|^www\.|^&\w+;$")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_APOSTROPHES = re.compile(r"['\u2019\u02bc`]")
_WORD = re.compile(r"[^\W\d_]+")

PRODUCTS = frozenset(
    """iphone ipad ipod imac macbook airpods apple samsung galaxy xiaomi redmi poco huawei honor oppo realme
    oneplus pixel google nokia motorola sony xperia lg lenovo thinkpad asus acer hp dell logitech canon nikon
    gopro garmin fitbit playstation xbox nintendo switch microsoft windows android ios nike adidas puma
    reebok asics converse vans jordan air max pro ultra mini plus lite note fold flip edge slim promax visa
    mastercard maestro paypal revolut klarna stripe inpost dpd dhl ups gls fedex instagram facebook whatsapp
    messenger telegram viber tiktok youtube ikea lego zara hm bosch dyson philips braun siemens makita rowenta
    delonghi krups tefal usb hdmi led lcd oled ssd gb tb mb kg cm mm ml xs xl xxl xxxl eu uk eur usd pln
    hrk rub uah czk gbp chf vat""".split()  # noqa: SIM905 - words read better in a row
)
"""Names and units that every language shares, so that they speak for none."""


def telling_words(text: str) -> list[str]:
    """Return the words that may tell a language, as written, at most MOST_WORDS of them."""
    seen = _INVISIBLE.sub("", unicodedata.normalize("NFC", text[:LONGEST_TEXT]))
    parts = [part for part in seen.split() if not _NOT_WORDS.search(part)]
    found = _WORD.findall(_APOSTROPHES.sub("", " ".join(parts)))
    return [word[:LONGEST_WORD] for word in found if word.lower() not in PRODUCTS][:MOST_WORDS]
