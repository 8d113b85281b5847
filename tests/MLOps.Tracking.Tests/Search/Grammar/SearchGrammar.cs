namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>What one kind of thing can be searched and ordered by.</summary>
/// <param name="Filters">What clauses name.</param>
/// <param name="Orders">What orders name.</param>
/// <param name="Default">The order when none is asked for.</param>
/// <param name="Ties">What decides behind every order, but for fields that it names.</param>
internal sealed record SearchGrammar(IReadOnlyList<Field> Filters, IReadOnlyList<Field> Orders, IReadOnlyList<Ordering> Default, IReadOnlyList<Ordering> Ties)
{
    /// <summary>What a filter does not show unless it asks for it.</summary>
    public Func<Row, IReadOnlyList<Clause>, bool> IsHidden { get; init; } = (_, _) => false;

    /// <summary>None to three, of which most hold for one of the rows: clauses drawn blindly would find nothing together.</summary>
    public List<Clause> RandomClauses(IReadOnlyList<Row> rows, TextRules rules, Dice dice)
    {
        var row = dice.Of(rows);
        var clauses = new List<Clause>();
        for (var count = dice.Once(8) ? 0 : 1 + dice.Next(3); clauses.Count < count;)
        {
            var clause = Clause.Random(Filters, row, dice);
            if (dice.Once(8) || Holds(row, [.. clauses, clause], rules))
            {
                clauses.Add(clause);
            }
        }

        return clauses;
    }

    public List<Ordering> RandomOrder(Dice dice) =>
    [
        .. Enumerable.Range(0, dice.Next(3)).Select(_ => dice.Of(Orders)).DistinctBy(field => field.Name)
            .Select(field => new Ordering(field.Name, field.Spelled(dice), dice.Of(["ASC", "DESC", "asc", "desc", string.Empty]))),
    ];

    /// <returns>Null or blank without clauses.</returns>
    public static string? Spelled(IReadOnlyList<Clause> clauses, Dice dice) => clauses.Count == 0
        ? dice.Of([null, string.Empty, " "])
        : string.Concat(clauses.Select((clause, i) => (i == 0 ? string.Empty : dice.Of([" AND ", " and ", "  And\n"])) + clause.Spelled(dice)));

    /// <summary>The ids that a search finds, in its order: every row is looked at, with nothing that is clever.</summary>
    public List<string> Find(IEnumerable<Row> rows, IReadOnlyList<Clause> clauses, IReadOnlyList<Ordering> order, TextRules rules)
    {
        var found = rows.Where(row => !IsHidden(row, clauses) && Holds(row, clauses, rules)).ToList();
        List<Ordering> all = [.. order.Count == 0 ? Default : order];
        all.AddRange(Ties.Where(tie => !all.Exists(entry => entry.Field == tie.Field)));
        found.Sort((a, b) => all.Select(entry => entry.Compare(a, b)).FirstOrDefault(place => place != 0));
        return found.ConvertAll(row => row.Id);
    }

    private static bool Holds(Row row, IReadOnlyList<Clause> clauses, TextRules rules)
    {
        var ofParts = clauses.Where(clause => clause.Field.IsOfParts).ToList();
        return clauses.All(clause => clause.Field.IsOfParts || clause.Holds(row, rules))
            && (ofParts.Count == 0 || row.Parts.Exists(part => ofParts.TrueForAll(clause => clause.Holds(part, rules))));
    }
}
