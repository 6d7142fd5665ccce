/**
 * What the models of a new pack read to see what their precision costs: a module, its tests and a change of both, as
 * repositories hold them. Written for this; nothing of anybody's data is needed, and every machine reads the same.
 */
const MODULE = `"""Prices, in cents."""
from dataclasses import dataclass, field


@dataclass
class Line:
    name: str
    cents: int
    count: int = 1

    def total(self) -> int:
        return self.cents * self.count


@dataclass
class Cart:
    lines: list[Line] = field(default_factory=list)
    percent_off: int = 0

    def add(self, name: str, cents: int, count: int = 1) -> None:
        if count < 1:
            raise ValueError(f"count is {count}, expected 1 or more")
        self.lines.append(Line(name, cents, count))

    def total(self) -> int:
        whole = sum(line.total() for line in self.lines)
        return whole * (100 - self.percent_off) // 100

    def names(self) -> list[str]:
        return sorted({line.name for line in self.lines})
`;

const TESTS = `import pytest

from shop.cart import Cart


def test_an_empty_cart_costs_nothing():
    assert Cart().total() == 0


def test_lines_are_summed():
    cart = Cart()
    cart.add("tea", 350)
    cart.add("cup", 1200, count=2)
    assert cart.total() == 2750
    assert cart.names() == ["cup", "tea"]
    assert len(cart.lines) == 2


def test_discounts_round_down():
    cart = Cart(percent_off=15)
    cart.add("tea", 333)
    assert cart.total() == 283


def test_refuses_a_count_of_zero():
    with pytest.raises(ValueError, match="expected 1 or more"):
        Cart().add("tea", 350, count=0)
`;

const DIFF = `diff --git a/shop/cart.py b/shop/cart.py
index 3f1c1d2..9a4be07 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -20,7 +20,10 @@ class Cart:
         self.lines.append(Line(name, cents, count))
 
     def total(self) -> int:
         whole = sum(line.total() for line in self.lines)
-        return whole * (100 - self.percent_off) // 100
+        return self.discounted(whole)
+
+    def discounted(self, cents: int) -> int:
+        return cents * (100 - self.percent_off) // 100
 
     def names(self) -> list[str]:
`;

export const MEASURE_TEXTS = { module: MODULE, tests: TESTS, diff: DIFF } as const;
