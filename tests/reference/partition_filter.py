"""The iterative-partitioning filter as its authors describe it, one row and one model at a time."""


def noise(parts, predict, y, rows, *, complement, consensus):
    """Rows that enough models misjudge, the one of their own part among them.

    ``parts`` lists the rows of each part; ``predict(learned_from, row, part)`` is what the model of
    a part, which learned from these rows, says of a row.
    """
    found = []
    for row in rows:
        wrong = []
        for number, part in enumerate(parts):
            others = [each for each in rows if each not in set(part)]
            learned_from = others if complement else sorted(part)
            wrong.append(predict(learned_from, row, number) != y[row])
        own = next(number for number, part in enumerate(parts) if row in part)
        enough = all(wrong) if consensus else sum(wrong) > len(parts) / 2
        if enough and wrong[own]:
            found.append(row)
    return found
