"""Collect every sentence, update the Chinese catalogue, compile it, and say what is missing."""

import sys

from marketplace.translations import PO, untranslated, update

catalog = update()
missing = untranslated(catalog)
print(f"{PO}: {len(catalog)} sentences, {len(missing)} without Chinese")
for sentence in missing:
    print(f"  {sentence}")
sys.exit(bool(missing))
