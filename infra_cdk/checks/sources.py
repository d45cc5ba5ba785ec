"""Reads the Lambdas' sources: the actions they call, the variables they read, their routes.

Read from the syntax trees alone, so the gate needs none of the Lambdas' libraries. A function
counts as called where its name is called anywhere in what a handler reaches: too much is believed
to be called rather than too little.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_VARIABLE: Final = re.compile(r"CARTE_[A-Z_]+")
_OWN: Final = ("services", "graphql_schema")
# Methods of PynamoDB's models and transactions, in modules that import it, to IAM's actions.
_PYNAMODB: Final = {
    "save": "dynamodb:PutItem",
    "condition_check": "dynamodb:ConditionCheckItem",
    "batch_write": "dynamodb:BatchWriteItem",
    "scan": "dynamodb:Scan",
    "update": "dynamodb:UpdateItem",
    "delete": "dynamodb:DeleteItem",
    # The methods of `storage.table.Table` that read, by either of its two clients.
    "get": "dynamodb:GetItem",
    "partition": "dynamodb:Query",
    "get_many": "dynamodb:BatchGetItem",
}
# Methods of boto3's clients; those of DynamoDB are of `storage.live_requests.LiveRequests`.
_CLIENTS: Final = {
    "admin_get_user": "cognito-idp:AdminGetUser",
    "S3SigV4PostAuth": "s3:PutObject",  # signs what S3 then checks as the signer's own request
    "batch_get_item": "dynamodb:BatchGetItem",
    "batch_write_item": "dynamodb:BatchWriteItem",
    "delete_item": "dynamodb:DeleteItem",
    "describe_alarms": "cloudwatch:DescribeAlarms",
    "get_metric_data": "cloudwatch:GetMetricData",
    "put_item": "dynamodb:PutItem",
    "update_item": "dynamodb:UpdateItem",
    "get_object": "s3:GetObject",
    "get_secret_value": "secretsmanager:GetSecretValue",
    "put_object": "s3:PutObject",
    "publish": "sns:Publish",
    "send_email": "ses:SendEmail",
    "ManagementApi": "execute-api:ManageConnections",
    "get_queue_attributes": "sqs:GetQueueAttributes",
    "send_message_batch": "sqs:SendMessage",
}
# S3 user guide, "GetObject", permissions: a read of a version has an action of its own.
_VERSION: Final = ("VersionId", "s3:GetObjectVersion")
# A transaction needs the right to each of its parts (DynamoDB developer guide, "Using IAM with
# DynamoDB transactions").
_TRANSACTION: Final = "TransactItems"
_TRANSACTED: Final = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}
# An update or a delete is one of DynamoDB's only where it is called on one of these.
_RECEIVERS: Final = frozenset({"transaction", "item", "model", "batch"})


def handler_exists(handler: str, root: Path = ROOT) -> bool:
    """Return whether `package.module.name` is a module of the repository that defines the name."""
    module, _, name = handler.rpartition(".")
    path = root / f"{module.replace('.', '/')}.py"
    if not path.exists():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef)}
    for one in tree.body:
        if isinstance(one, ast.Assign):
            defined |= {target.id for target in one.targets if isinstance(target, ast.Name)}
    return name in defined


@cache
def modules_of(handler: str) -> frozenset[Path]:
    """Return the modules of this repository that a handler's module imports, at any depth."""
    found: set[Path] = set()
    waiting = [handler.rpartition(".")[0]]
    while waiting:
        path = _path(waiting.pop())
        if path is None or path in found:
            continue
        found.add(path)
        waiting += _imported(path)
    return frozenset(found)


@cache
def actions_of(handler: str) -> frozenset[str]:
    """Return the IAM actions that a handler's code calls AWS with, logs and traces aside."""
    actions: set[str] = set()
    for node in _reached(handler):
        texts = _texts(node)
        if _VERSION[0] in texts:
            actions.add(_VERSION[1])
        if _TRANSACTION in texts:
            actions |= {action for part, action in _TRANSACTED.items() if part in texts}
        for name, receiver in _calls(node):
            actions |= _action(name, receiver)
    return frozenset(actions)


@cache
def indexes_of(handler: str) -> frozenset[str]:
    """Return the names of the table's indexes that a handler's code queries."""
    names = _index_names()
    return frozenset(
        names[argument]
        for node in _reached(handler)
        for argument in _arguments(node)
        if argument in names
    )


@cache
def _reached(handler: str) -> tuple[ast.AST, ...]:
    """Return the functions that a handler's code may call, at any depth."""
    functions = {
        (path, name): nodes
        for path in modules_of(handler)
        for name, nodes in _functions(path).items()
    }
    service = _path(handler.rpartition(".")[0])
    assert service is not None  # noqa: S101 - the handler exists
    # Everything of the Lambda's own package and of the schema runs; of the rest, what is called.
    roots = (service.parent, ROOT / "graphql_schema")
    by_name: dict[str, list[ast.AST]] = {}
    for (_, name), nodes in functions.items():
        by_name.setdefault(name, []).extend(nodes)
    waiting = [
        node for (path, _), nodes in functions.items() for node in nodes if _inside(path, roots)
    ]
    # What is at the top of the handler's module runs while the Lambda initializes.
    waiting += [
        node for node in _tree(service).body if not isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    called: set[str] = set()
    done: dict[int, ast.AST] = {}
    while waiting:
        node = waiting.pop()
        if id(node) in done:
            continue
        done[id(node)] = node
        for name, _ in _calls(node):
            if name not in called:
                called.add(name)
                waiting += by_name.get(name, [])
    return tuple(done.values())


@cache
def _index_names() -> Mapping[str, str]:
    """The table's indexes: the constant of each, and its name."""
    return {
        node.target.id: str(node.value.args[0].value)
        for node in _tree(ROOT / "services" / "domain" / "orders" / "table_indexes.py").body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.args[0], ast.Constant)
    }


@cache
def variables_of(handler: str) -> frozenset[str]:
    """Return the variables `CARTE_...` that a handler's code names."""
    return frozenset(name for path in modules_of(handler) for name in _variables(path))


@cache
def returns_failures(handler: str) -> bool:
    """Return whether a handler names what shall come again (`batchItemFailures`)."""
    return any("batchItemFailures" in path.read_text("utf-8") for path in modules_of(handler))


@cache
def routes() -> frozenset[tuple[str, str]]:
    """Return the paths and methods that the menu Lambda answers, from its own routing table."""
    path = ROOT / "services" / "menu_api" / "application.py"
    constants: dict[str, str] = {}
    found: set[tuple[str, str]] = set()
    for node in _tree(path).body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            constants[node.target.id] = node.value.value
        if node.target.id == "_ALLOWED" and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if isinstance(key, ast.Name) and isinstance(value, ast.Constant):
                    methods = str(value.value).split(", ")
                    found |= {(constants[key.id], method) for method in methods}
    return frozenset(found)


def _inside(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _path(module: str) -> Path | None:
    if not module.startswith(_OWN):
        return None
    base = ROOT / module.replace(".", "/")
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.exists():
            return path
    return None


# Handlers share most of their modules, so what a module or a function says is read once.
@cache
def _below(node: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(node))


@cache
def _imported(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in _below(_tree(path)):
        if isinstance(node, ast.Import):
            found += (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
            found += (f"{node.module}.{one.name}" for one in node.names)
    return tuple(found)


@cache
def _functions(path: Path) -> Mapping[str, list[ast.AST]]:
    named: dict[str, list[ast.AST]] = {}
    for node in _below(_tree(path)):
        if isinstance(node, ast.FunctionDef):
            named.setdefault(node.name, []).append(node)
    return named


@cache
def _variables(path: Path) -> frozenset[str]:
    return frozenset(
        node.value
        for node in _below(_tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _VARIABLE.fullmatch(node.value)
    )


@cache
def _calls(node: ast.AST) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for one in _below(node):
        if isinstance(one, ast.Call):
            if isinstance(one.func, ast.Attribute):
                found.append((one.func.attr, ast.unparse(one.func.value).rpartition(".")[2]))
            elif isinstance(one.func, ast.Name):
                found.append((one.func.id, ""))
        elif isinstance(one, ast.Attribute):
            # A method that is handed on is called by somebody else.
            found.append((one.attr, ""))
    return tuple(found)


@cache
def _arguments(node: ast.AST) -> frozenset[str]:
    """Return the names that a function's code gives to calls, alone and by position."""
    return frozenset(
        argument.id
        for call in _below(node)
        if isinstance(call, ast.Call)
        for argument in call.args
        if isinstance(argument, ast.Name)
    )


@cache
def _texts(node: ast.AST) -> frozenset[str]:
    found: set[str] = set()
    for one in _below(node):
        if isinstance(one, ast.Constant):
            found.add(str(one.value))
        elif isinstance(one, ast.keyword) and one.arg:
            found.add(one.arg)
    return frozenset(found)


def _action(name: str, receiver: str) -> set[str]:
    if name in {"update", "delete"} and receiver not in _RECEIVERS:
        return set()
    return {found for found in (_PYNAMODB.get(name), _CLIENTS.get(name)) if found}
