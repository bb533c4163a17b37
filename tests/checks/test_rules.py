"""Rules on the source of an answer: what is found, what is left alone, what is told."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.checks.finding import Finding
from autograder.checks.rules import (
    LIMIT,
    TOTAL,
    Cell,
    Forbidden,
    Role,
    answer_cells,
    judge,
    read_rules,
    rule_comments,
    sentence,
)

TOPK = Forbidden(("torch.topk",))
GENERATE = Forbidden(("generate",))
PEFT = Forbidden(("peft",))
BEAMS = Forbidden(("generate",), ("num_beams", "do_sample"))
ANY_BEAMS = Forbidden((), ("num_beams",))
SORTED = Forbidden(("sorted",))

CHECK = """
from autograder.checks import question, values

@question
def answered(run):
    \"\"\"Answered.\"\"\"
    yield values.equal("one", run.call("answer", 1), 1)
"""
SETUP = "import torch\nimport torch as t\nfrom torch import nn\nimport functools, importlib, sys\n"


def cells(answer: str, *, setup: str = SETUP, others: Sequence[str] = ()) -> list[Cell]:
    made = [Cell(setup, Role.GIVEN, 1)]
    made += [Cell(source, Role.OTHER, 2 + n) for n, source in enumerate(others)]
    made.append(Cell(answer, Role.ANSWER, 8))
    made.append(Cell(CHECK, Role.CHECK, 9))
    return made


def found(
    answer: str,
    *rules: Forbidden,
    setup: str = SETUP,
    others: Sequence[str] = (),
    modules: Mapping[str, str] | None = None,
) -> Finding:
    made = cells(answer, setup=setup, others=others)
    return judge(made, len(made) - 1, rules, modules=modules)


EVASIONS: list[tuple[Forbidden, str]] = [
    (TOPK, "def answer(x): return torch.topk(x, 2)"),
    (TOPK, "def answer(x): return t.topk(x, 2)"),
    (TOPK, "import torch as other\ndef answer(x): return other.topk(x, 2)"),
    (TOPK, "from torch import topk\ndef answer(x): return topk(x, 2)"),
    (TOPK, "from torch import topk as f\ndef answer(x): return f(x, 2)"),
    (TOPK, "from torch import *\ndef answer(x): return topk(x, 2)"),
    (TOPK, "def answer(x):\n    from torch import topk as best\n    return best(x, 2)"),
    (TOPK, "f = torch.topk\ndef answer(x): return f(x, 2)"),
    (TOPK, "a, f = 1, torch.topk\ndef answer(x): return f(x, 2)"),
    (TOPK, "def answer(x, f=torch.topk): return f(x, 2)"),
    (TOPK, "def answer(x): return (f := torch.topk)(x, 2)"),
    (TOPK, "def answer(x): return functools.partial(torch.topk, k=2)(x)"),
    (TOPK, "def answer(x): return list(map(torch.topk, [x], [2]))"),
    (TOPK, "def answer(x): return getattr(torch, 'topk')(x, 2)"),
    (TOPK, "def answer(x): return getattr(torch, 'to' + 'pk')(x, 2)"),
    (TOPK, "k = 'pk'\ndef answer(x): return getattr(torch, f'to{k}')(x, 2)"),
    (TOPK, "def answer(x): return getattr(torch, ''.join(['to', 'pk']))(x, 2)"),
    (TOPK, "def answer(x): return getattr(torch, 'to{}'.format('pk'))(x, 2)"),
    (TOPK, "def answer(x): return getattr(torch, 'kpot'[::-1])(x, 2)"),
    (TOPK, "g = getattr\ndef answer(x): return g(torch, 'topk')(x, 2)"),
    (TOPK, "def answer(x): return vars(torch)['topk'](x, 2)"),
    (TOPK, "def answer(x): return torch.__dict__['topk'](x, 2)"),
    (TOPK, "def answer(x): return torch.__dict__.get('topk')(x, 2)"),
    (TOPK, "def answer(x): return globals()['torch'].topk(x, 2)"),
    (TOPK, "def answer(x): return sys.modules['torch'].topk(x, 2)"),
    (TOPK, "def answer(x): return __import__('torch').topk(x, 2)"),
    (TOPK, "def answer(x): return importlib.import_module('torch').topk(x, 2)"),
    (TOPK, "def answer(x): return importlib.import_module(x)"),
    (TOPK, "s = 'to'\ns += 'pk'\ndef answer(x): return getattr(torch, s)(x, 2)"),
    (TOPK, "def answer(x): return eval('torch.to' + 'pk(x, 2)')"),
    (TOPK, "exec('from torch import topk as f')\ndef answer(x): return f(x, 2)"),
    (TOPK, "e = eval\ndef answer(x): return e('1')"),
    (TOPK, "import builtins\ndef answer(x): return builtins.exec('1')"),
    (TOPK, "def answer(x):\n    return get_ipython().run_cell('torch.topk')"),
    (TOPK, "ip = get_ipython()\ndef answer(x): return ip.ev('torch.topk')"),
    (TOPK, "import os\ndef answer(x): return os.system('python sort.py')"),
    (TOPK, "import subprocess as sp\ndef answer(x): return sp.run(['python'])"),
    (TOPK, "!python sort.py\ndef answer(x): return x"),
    (TOPK, "%%bash\npython sort.py"),
    (TOPK, "%run sort.py\ndef answer(x): return x"),
    (TOPK, "%time f = torch.topk\ndef answer(x): return f(x, 2)"),
    (TOPK, "%%time\ndef answer(x): return torch.topk(x, 2)"),
    (TOPK, "from operator import attrgetter\ndef answer(x): return attrgetter('topk')(torch)(x)"),
    (TOPK, "def answer(x):\n    global f\n    f = torch.topk\n    return f(x)"),
    (TOPK, "class A:\n    f = torch.topk\ndef answer(x): return A.f(x)"),
    (TOPK, "try:\n    from torch import topk as f\nexcept ImportError:\n    pass"),
    (TOPK, "x = !python sort.py"),
    (GENERATE, "def answer(m): return m.generate(1)"),
    (GENERATE, "def answer(m): return m.model.generate"),
    (GENERATE, "def answer(m): return getattr(m, 'gen' + 'erate')(1)"),
    (GENERATE, "def answer(m, name): return getattr(m, name)(1)"),
    (GENERATE, "def answer(m): return m.__getattribute__('generate')(1)"),
    (GENERATE, "def answer(m): return object.__getattribute__(m, 'generate')(1)"),
    (GENERATE, "import operator\ndef answer(m): return operator.attrgetter('generate')(m)(1)"),
    (GENERATE, "from operator import attrgetter as g\ndef answer(m): return g('a.generate')(m)(1)"),
    (GENERATE, "import operator as o\ndef answer(m): return o.methodcaller('generate', 1)(m)"),
    (GENERATE, "def answer(m): return type(m).__dict__['generate'](m)"),
    (
        GENERATE,
        "def answer(m):\n    for n in ('forward', 'generate'):\n        m = getattr(m, n)(1)",
    ),
    (GENERATE, "import inspect\ndef answer(m): return inspect.getattr_static(m, 'generate')"),
    (GENERATE, "class A:\n    def run(self): return self.m.generate(1)\ndef answer(m): return A()"),
    (GENERATE, "class A(B):\n    def generate(self): return super().generate(1)\ndef answer(m): 0"),
    (GENERATE, "from library import generate\ndef answer(m): return generate(m)"),
    (PEFT, "import peft\ndef answer(m): return m"),
    (PEFT, "from peft.tuners.lora import Linear\ndef answer(m): return Linear(m)"),
    (PEFT, "import peft.tuners.lora as lora\ndef answer(m): return lora.Linear(m)"),
    (PEFT, "def answer(m): return __import__('peft').LoraConfig()"),
    (PEFT, "def answer(m): return importlib.import_module('peft.tuners')"),
    (PEFT, "def answer(m): return sys.modules['peft'].LoraConfig()"),
    (SORTED, "def answer(x): return sorted(x)"),
    (SORTED, "import builtins as b\ndef answer(x): return b.sorted(x)"),
    (SORTED, "def answer(x): return __builtins__['sorted'](x)"),
    (BEAMS, "def answer(m): return m.generate(1, num_beams=4)"),
    (BEAMS, "def answer(m):\n    f = m.generate\n    return f(1, num_beams=4)"),
    (BEAMS, "def answer(m): return m.generate(1, **{'num_beams': 4})"),
    (BEAMS, "o = {'num_beams': 4}\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "o = dict(do_sample=True)\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "o = {}\no['num_beams'] = 4\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "o = {}\no.update(num_beams=4)\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "o = {}\no |= {'num_beams': 4}\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "o = {'a': 1} | {'num_beams': 4}\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "o = {**{'num_beams': 4}}\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "def answer(m, **o): return m.generate(1, **o)"),
    (BEAMS, "x, *g = 1, m.generate\ndef answer(m): return g[0](num_beams=4)"),
    (BEAMS, "def answer(m): return functools.partial(m.generate, num_beams=4)(1)"),
    (BEAMS, "def answer(m):\n    p = functools.partial(m.generate, 1)\n    return p(num_beams=4)"),
    (BEAMS, "def answer(m): return getattr(m, 'generate')(1, num_beams=4)"),
    (BEAMS, "def answer(m, n): return getattr(m, n)(1, num_beams=4)"),
    (BEAMS, "import operator\ndef answer(m): operator.methodcaller('generate', do_sample=1)(m)"),
    (BEAMS, "def call(f): return f(num_beams=4)\ndef answer(m): return call(m.generate)"),
    (
        BEAMS,
        "class A:\n    def __init__(self, m): self.f = m.generate\n"
        "    def run(self): return self.f(num_beams=4)\ndef answer(m): return A(m).run()",
    ),
    (ANY_BEAMS, "def answer(m): return m.anything(num_beams=4)"),
    (ANY_BEAMS, "def answer(m): return m(**{'num_beams': 4})"),
]

HONEST: list[tuple[Forbidden, str]] = [
    (TOPK, "def answer(x): return x.sort(descending=True).values[:2]"),
    (TOPK, "def answer(x):\n    # torch.topk would do it\n    return x"),
    (TOPK, "def answer(x):\n    '''Like torch.topk(x, 2).'''\n    return 'torch.topk'"),
    (TOPK, "def topk(x, k): return x[:k]\ndef answer(x): return topk(x, 2)"),
    (TOPK, "from torch import *\ndef topk(x, k): return x[:k]\ndef answer(x): return topk(x, 2)"),
    (TOPK, "def answer(x): return getattr(x, 'shape')"),
    (TOPK, "def answer(x): return getattr(nn, 'Linear')(2, 2)"),
    (
        TOPK,
        "def answer(m, path):\n    for p in path.split('.'): m = getattr(m, p)\n    return m",
    ),
    (TOPK, "import torch\nimport torch.nn.functional as F\ndef answer(x): return F.softmax(x, -1)"),
    (TOPK, "def answer(x): return torch.topk_is_another_name(x)"),
    (TOPK, "import re\ndef answer(x): return re.compile('a').match(x)"),
    (TOPK, "def answer(m):\n    m.eval()\n    return torch.compile(m)"),
    (TOPK, "%matplotlib inline\ndef answer(x): return x"),
    (TOPK, "%%time\ndef answer(x): return x"),
    (TOPK, "%time y = 3\ndef answer(x): return x"),
    (TOPK, "def answer(x): return {'topk': 1}['topk']"),
    (GENERATE, "def generate(m): return m\ndef answer(m): return generate(m)"),
    (GENERATE, "def answer(m, generate=True): return m if generate else None"),
    (GENERATE, "generate = 3\ndef answer(m): return generate"),
    (
        GENERATE,
        "class A:\n    def generate(self): return 1\n    def run(self): return self.generate()\n"
        "def answer(m): return A().generate()",
    ),
    (
        GENERATE,
        "class A:\n    def generate(self): return 1\na = A()\ndef answer(m): return a.generate()",
    ),
    (GENERATE, "def answer(m): return m.generated"),
    (GENERATE, "def answer(m): return m(generate=True)"),
    (GENERATE, "def answer(m):\n    m.generate = None\n    return m"),
    (
        GENERATE,
        "def answer(m):\n    for n in ('q', 'v'): m = getattr(m, f'{n}_proj')\n    return m",
    ),
    (GENERATE, "def answer(m, n): return getattr(m, f'{n}_proj')"),
    (GENERATE, "def answer(m, c): return c.get('x', 1)"),
    (GENERATE, "from helpers import *\ndef answer(m): return step(m)"),
    (
        PEFT,
        "def answer(m, path):\n    for p in path.split('.'): m = getattr(m, p)\n    return m",
    ),
    (PEFT, "def answer(m): return m.peft_config"),
    (GENERATE, "import mine\ndef answer(m): return mine.generate(m)"),
    (GENERATE, "from mine import *\ndef answer(m): return generate(m)"),
    (GENERATE, "def answer(m, d, k): return d.get(k) or d[k] or m.state_dict()[k]"),
    (GENERATE, "def answer(m): return hasattr(m, 'generate')"),
    (BEAMS, "def beam(m, num_beams): return m\ndef answer(m): return beam(m, num_beams=4)"),
    (TOPK, "def answer(x): return x\nanswer?"),
    (TOPK, "# !ls\n'''\n!ls\n%%bash\n'''\ndef answer(x): return x"),
    (SORTED, "def sorted(x): return x\ndef answer(x): return sorted(x)"),
    (BEAMS, "def answer(m): return m.generate(1, max_new_tokens=4)"),
    (BEAMS, "def answer(m): return m.beams(1, num_beams=4)"),
    (BEAMS, "o = {'max_new_tokens': 4}\ndef answer(m): return m.generate(1, **o)"),
    (BEAMS, "def answer(m):\n    f = m.generate\n    return f(1)"),
    (BEAMS, "def answer(m, batch): return m(**batch)"),
    (
        BEAMS,
        "def answer(m, n):\n    child = getattr(m, n)\n    setattr(m, n, wrap(child))",
    ),
    (ANY_BEAMS, "def answer(m, batch): return m(**batch)"),
    (ANY_BEAMS, "def answer(m, num_beams=4): return num_beams"),
]


@pytest.mark.parametrize(("rule", "answer"), EVASIONS)
def test_a_use_is_found_however_it_is_written(rule: Forbidden, answer: str) -> None:
    finding = found(answer, rule)
    assert not finding.passed and finding.gate
    assert finding.measured and finding.wanted and finding.hint


@pytest.mark.parametrize(("rule", "answer"), HONEST)
def test_honest_code_passes(rule: Forbidden, answer: str) -> None:
    finding = found(answer, rule, modules={"mine": "def generate(m): return m"})
    assert finding.passed and finding.gate and finding.weight == 0, finding.measured


@pytest.mark.parametrize(
    ("rule", "answer", "told"),
    [
        (
            BEAMS,
            "def answer(m):\n    f = m.generate\n    return f(1, num_beams=4)",
            "f(num_beams=...) in line 3 of the answer",
        ),
        (TOPK, "def answer(x):\n    return t.topk(x, 2)", "t.topk in line 2 of the answer"),
        (PEFT, "import peft.tuners\n", "import of peft.tuners in line 1 of the answer"),
        (
            GENERATE,
            "def answer(m, n):\n    return getattr(m, n)",
            "getattr(...) in line 2 of the answer, which cannot be read",
        ),
        (
            BEAMS,
            "def answer(m, **o): return m.generate(**o)",
            "m.generate(**o) in line 1 of the answer, which cannot be read",
        ),
        (
            BEAMS,
            "def answer(m): return [m.generate]",
            "m.generate in line 1 of the answer, which cannot be read",
        ),
        (TOPK, "%%time\n\nx = torch.topk\n", "torch.topk in line 3 of the answer"),
        (
            TOPK,
            "!ls\n",
            "a shell command in line 1 of the answer, which cannot be read",
        ),
        (
            TOPK,
            "def answer(x):\n" + "    torch.topk(x)\n" * 5,
            "torch.topk in line 2 of the answer; torch.topk in line 3 of the answer; "
            "torch.topk in line 4 of the answer; 2 more",
        ),
    ],
)
def test_what_is_measured_names_the_use_and_its_line(
    rule: Forbidden, answer: str, told: str
) -> None:
    assert found(answer, rule).measured == told


def test_each_advice_says_what_to_write_instead() -> None:
    dictionary = found("def answer(m, **o): return m.generate(**o)", BEAMS)
    assert dictionary.hint == "Write its arguments out by name, so that they can be read."
    built = found("def answer(m, n): return getattr(m, n)", GENERATE)
    assert built.hint == "Write the name itself where it is used, so that it can be read."
    executed = found("exec('1')", TOPK)
    assert executed.hint == "Write the code itself, without exec."
    assert found("def answer(x): return t.topk(x)", TOPK).hint.startswith("Write this step")
    assert found("def answer(x): return t.topk(x)", TOPK).wanted == "without torch.topk"


CALLS = "def answer(x): return helper(x)"


def test_what_the_answer_calls_in_another_cell_counts() -> None:
    finding = found(CALLS, TOPK, others=["y = 1", "\ndef helper(x): return torch.topk(x, 2)"])
    assert finding.measured == "torch.topk in line 2 of cell 3"
    chain = ["def helper(x): return lower(x)", "def lower(x): return torch.topk(x, 2)"]
    assert not found(CALLS, TOPK, others=chain).passed


def test_what_the_answer_does_not_reach_is_free() -> None:
    comparison = "expected = torch.topk(torch.ones(3), 2)\nout = answer(3)"
    assert found("out = 3\ndef answer(x): return x", TOPK, others=[comparison]).passed


def test_a_name_that_was_bound_again_counts_as_it_was_bound_last() -> None:
    wrong, right = "def helper(x): return torch.topk(x, 2)", "def helper(x): return x"
    assert found(CALLS, TOPK, others=[wrong, right]).passed
    assert not found(CALLS, TOPK, others=[right, wrong]).passed


def test_a_cell_that_replaces_what_the_check_asks_for_counts() -> None:
    made = [
        Cell("def answer(x): return x", Role.ANSWER, 1),
        Cell("import torch\nanswer = torch.topk", Role.OTHER, 2),
        Cell(CHECK, Role.CHECK, 3),
    ]
    assert judge(made, 2, [TOPK]).measured == "torch.topk in line 2 of cell 2"


def test_a_cell_after_the_check_does_not_count() -> None:
    made = [*cells("def answer(x): return x"), Cell("answer = t.topk", Role.OTHER, 9)]
    assert judge(made, 2, [TOPK]).passed


def test_the_instructors_cells_give_names_and_break_no_rule() -> None:
    setup = "from peft import get_peft_model as wrap\ndef helper(x): return wrap(x)"
    assert found(CALLS, PEFT, setup=setup).passed
    used = found("def answer(m): return wrap(m)", PEFT, setup=setup)
    assert used.measured == "wrap in line 1 of the answer"


def test_a_module_beside_the_notebook_is_read_when_it_is_imported() -> None:
    modules = {
        "mine": "from torch import topk as best\n\ndef helper(x): return best(x, 2)",
        "other": "import peft",
        "pack.__init__": "",
        "pack.inner": "from .lower import g\n",
        "pack.lower": "import torch\ng = torch.topk\n",
    }
    finding = found("import mine\ndef answer(x): return mine.helper(x)", TOPK, modules=modules)
    assert (
        finding.measured == "import of torch.topk in line 1 of mine.py; best in line 3 of mine.py"
    )
    assert found("def answer(x): return x", PEFT, modules=modules).passed
    assert not found("from pack.inner import g\n", TOPK, modules=modules).passed
    again = "from mine import best\ndef answer(m): return best(m, num_beams=3)"
    keyword = Forbidden(("torch.topk",), ("num_beams",))
    assert found(again, keyword, modules=modules).measured.startswith("best(num_beams=...)")  # type: ignore[union-attr]


def test_several_rules_are_judged_together() -> None:
    answer = "def answer(m):\n    t.topk(m)\n    return m.generate(do_sample=True)"
    finding = found(answer, TOPK, BEAMS)
    assert finding.wanted == "without torch.topk, and without generate with num_beams or do_sample"
    assert str(finding.measured).count("line") == 2


def test_the_answer_lies_between_two_test_cells() -> None:
    roles = "GAOACACCAC"
    kinds = {"G": Role.GIVEN, "A": Role.ANSWER, "O": Role.OTHER, "C": Role.CHECK}
    made = [Cell("", kinds[role], number + 1) for number, role in enumerate(roles)]
    assert answer_cells(made, 4) == [1, 3]
    assert answer_cells(made, 6) == answer_cells(made, 7) == [5]
    assert answer_cells(made, 9) == [8]
    assert answer_cells([Cell("", Role.GIVEN, 1), Cell("", Role.CHECK, 2)], 1) == []


def test_of_several_answers_before_several_tests_those_count_that_a_test_asks_for() -> None:
    made = [
        Cell("import torch\ndef first(x): return torch.topk(x, 1)", Role.ANSWER, 1),
        Cell("def answer(x): return x", Role.ANSWER, 2),
        Cell(CHECK.replace('"answer"', '"first"'), Role.CHECK, 3),
        Cell(CHECK, Role.CHECK, 4),
    ]
    assert answer_cells(made, 2) == [0] and answer_cells(made, 3) == [1]
    assert not judge(made, 2, [TOPK]).passed
    assert judge(made, 3, [TOPK]).passed


def test_a_cell_that_is_no_python_costs_nothing_and_hides_nothing() -> None:
    assert found("def answer(x: return", TOPK).passed
    assert not found(CALLS, TOPK, others=["def (", "def helper(x): t.topk(x)"]).passed


NESTED = "x = " + "-" * 3000 + "1"
CIRCLES = "\n".join(f"a{n} = a{n + 1} or a{n + 1} or b" for n in range(60)) + "\nb = a0\na0(b)"
MANY = "\n".join(f"def f{n}(x): return f{n + 1}(x)" for n in range(2000)) + "\nf0(1)"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (NESTED, "code nested too deeply in line 1 of the answer, which cannot be read"),
        ("x" + ".y" * 5000, "code nested too deeply in line 1 of the answer, which cannot be read"),
        ("#" * (LIMIT + 1), "more code than is read in line 1 of the answer, which cannot be read"),
        ("!ls\n" * 2000, "code with too many magics in line 1 of the answer, which cannot be read"),
        ("#" * TOTAL, "more code than is read in line 1 of the notebook, which cannot be read"),
    ],
)
def test_code_that_cannot_be_read_is_no_pass_and_no_crash(source: str, told: str) -> None:
    assert found(source, GENERATE).measured == told


@pytest.mark.parametrize("source", [MANY, "a = a\na()", "def a(): return a\na()()"])
def test_names_in_circles_and_long_chains_come_to_an_end(source: str) -> None:
    assert found(source, TOPK, BEAMS).passed


def test_a_tangle_of_names_counts_as_unreadable() -> None:
    assert str(found(CIRCLES, TOPK, BEAMS).measured).startswith("code too entangled in line 1")


def test_what_a_student_wrote_is_shown_short_and_clean() -> None:
    hostile = "def answer(x): return x['\\x1b[31m\\u202e" + "y" * 900 + "'].generate"
    measured = found(hostile, GENERATE).measured
    assert isinstance(measured, str) and len(measured) < 200
    assert measured.isprintable()


_FRAGMENTS = st.sampled_from(
    [answer for _, answer in EVASIONS + HONEST]
    + ["%%time", "!", "?", "\0", "\ud800", "(" * 300, "f'{", "match x:\n  case [a, *b]: a.generate"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_FRAGMENTS, st.text(max_size=40)), max_size=4).map("\n".join))
@example("class A(A): pass\nA().generate")
@example("def f(f=f): return f\nf.generate")
@example("global x\nx = x.generate\nx(**x)")
@example("[x.generate for x in x if (y := x)]")
@example("lambda *a, **k: k['generate'](**k)")
@example("%%time\n%%time\n%%time")
@example("%%timeit -n 3 x.generate()\n")
@example("from . import *\nfrom .. import a\na.generate(**a)")
def test_no_source_whatever_raises(source: str) -> None:
    finding = found(source, TOPK, GENERATE, PEFT, BEAMS, ANY_BEAMS, modules={"m": source})
    assert finding.name == "written by yourself" and finding.gate


RULES = [
    (TOPK,),
    (TOPK, BEAMS),
    (ANY_BEAMS,),
    (Forbidden(("peft", "a.b.c", "d"), ()), Forbidden(("generate",), ("k",))),
]


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("names", [(), ("beam_search",), ("a", "b", "c")])
def test_a_released_check_carries_its_rules_as_comments(
    rules: tuple[Forbidden, ...], names: tuple[str, ...]
) -> None:
    source = rule_comments(names, rules) + CHECK
    ast.parse(source)
    assert read_rules(source) == (names, rules)
    assert read_rules(CHECK) == ((), ())


def test_the_sentence_names_what_is_forbidden() -> None:
    told = sentence([BEAMS, TOPK])
    assert told.startswith(
        "**Write it yourself.** In this task your answer may not use `generate` with `num_beams` "
        "or `do_sample`, nor `torch.topk`. "
    )
    assert "\n" not in told
