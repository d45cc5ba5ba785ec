"""The rules of menus: documents, stamps, money, hours. No AWS, no GraphQL, no I/O."""
