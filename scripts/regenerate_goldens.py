"""Rewrites the goldens from today's code: run it on purpose, then read the difference.

python -m scripts.regenerate_goldens
"""

import json

from tests.contract import datadog_api_goldens as datadog_api
from tests.contract import webhook_api_goldens as webhook_api
from tests.contract.notebook_goldens import NOTEBOOKS, as_page, golden_file
from tests.contract.webhook_goldens import expected_file, webhook_bodies, what_is_read


def main() -> None:
    for body in webhook_bodies():
        text = json.dumps(what_is_read(body), indent=2, ensure_ascii=False)
        expected_file(body).write_text(f"{text}\n", encoding="utf-8")
    for make in NOTEBOOKS:
        golden_file(make).write_text(as_page(make()), encoding="utf-8")
    for goldens in (webhook_api, datadog_api):
        for name, answer in goldens.answers().items():
            text = json.dumps(answer, indent=2, ensure_ascii=False)
            goldens.golden_file(name).write_text(f"{text}\n", encoding="utf-8")
    print(
        f"wrote {len(webhook_bodies())} readings, {len(NOTEBOOKS)} notebooks "
        f"and {len(webhook_api.QUESTIONS) + len(datadog_api.QUESTIONS)} answers"
    )


if __name__ == "__main__":
    main()
