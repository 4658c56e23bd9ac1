"""Houses that are not started yet."""

from tests.support.houses import any_house as any_house
