/**
 * A small repository as text: modules of a shop, and test files with as many assertions as one likes.
 *
 * In: numbers. Out: Python. Knows nothing about git or models. What is asserted is true, and no two are alike.
 */

/** A module of some thirty lines with functions that depend on `seed`. */
export function moduleText(name: string, seed: number): string {
  const title = name[0]?.toUpperCase() + name.slice(1);
  return `"""Part of the shop that knows about the ${name}."""

from dataclasses import dataclass, field


@dataclass
class ${title}:
    """Holds what was put into the ${name}, in the order in which it came."""

    currency: str = "EUR"
    entries: list = field(default_factory=list)

    def add(self, name, price=${seed}, count=1):
        if count < 1:
            raise ValueError(f"count is {count}, expected at least 1")
        self.entries.append((name, price, count))
        return self

    def total(self):
        return sum(price * count for _, price, count in self.entries)

    def names(self):
        return [name for name, _, _ in self.entries]

    def cheapest(self):
        return min(self.entries, key=lambda entry: entry[1])[0]


def discounted(total, percent=${seed % 50}):
    return total - total * percent / 100
`;
}

/** A test file of a module with `count` assertions, each in a test of its own. */
export function testText(name: string, count: number, from = 0): string {
  const title = name[0]?.toUpperCase() + name.slice(1);
  const tests = Array.from({ length: count }, (_, index) => testOf(name, title, from + index));
  return `from shop.${name} import ${title}\n\n\n${tests.join('\n\n')}`;
}

function testOf(name: string, title: string, seed: number): string {
  const [price, count] = [3 + (seed % 7), 1 + (seed % 5)];
  const lines = [
    `def test_${name}_${seed}():`,
    `    ${name} = ${title}()`,
    `    ${name}.add("item ${seed}", price=${price}, count=${count})`,
  ];
  const expected = [
    `    assert ${name}.total() == ${price * count}`,
    `    assert ${name}.names() == ["item ${seed}"]`,
    `    assert ${name}.cheapest() == "item ${seed}"`,
    `    assert len(${name}.entries) == 1`,
  ];
  return `${[...lines, expected[seed % expected.length]].join('\n')}\n`;
}
