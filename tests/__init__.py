"""The tests, by what they need: unit, contract, replay, integration, e2e."""
