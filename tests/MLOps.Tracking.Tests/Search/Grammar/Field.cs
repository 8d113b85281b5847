namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>What a clause or an ordering can name.</summary>
/// <param name="Name">Under which the rows have its values.</param>
/// <param name="Entities">The words that may stand before the dot; empty: none need.</param>
/// <param name="Keys">The ways to say the key.</param>
/// <param name="IsNumber">Whether it is compared with numbers.</param>
/// <param name="Comparators">Those that it has.</param>
internal sealed record Field(string Name, IReadOnlyList<string> Entities, IReadOnlyList<string> Keys, bool IsNumber, IReadOnlyList<string> Comparators)
{
    private static readonly string[] Numbers = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Textual = ["=", "!=", "LIKE", "ILIKE"];

    /// <summary>Whether a row's parts have it, and the clauses of a filter must hold for one and the same part.</summary>
    public bool IsOfParts { get; init; }

    /// <summary>Its operands; null: what rows have, and other texts.</summary>
    public IReadOnlyList<string>? Operands { get; init; }

    /// <summary>A pattern for LIKE, made of an operand.</summary>
    public Func<string, Dice, string> Pattern { get; init; } = Texts.Pattern;

    /// <summary>How a clause is decided, where that is not by the values; null: by them.</summary>
    public Func<Row, Clause, bool?> Judge { get; init; } = (_, _) => null;

    public static Field Number(string name, IReadOnlyList<string> entities, params string[] keys) => new(name, entities, keys.Length > 0 ? keys : [name], true, Numbers);

    public static Field Text(string name, IReadOnlyList<string> entities, params string[] keys) => new(name, entities, keys.Length > 0 ? keys : [name], false, Textual);

    /// <summary>A field for each key, with the key in its name.</summary>
    public static IEnumerable<Field> Each(IEnumerable<string> keys, string name, Func<string, string, Field> make) => keys.Select(key => make($"{name}.{key}", key));

    public Field WithLists() => this with { Comparators = [.. Comparators, "IN", "NOT IN"] };

    public Field WithNulls() => this with { Comparators = [.. Comparators, "IS NULL", "IS NOT NULL"] };

    public Field With(params string[] comparators) => this with { Comparators = [.. Comparators, .. comparators] };

    /// <summary>A key that is no plain word stands between backticks or double quotes; an entity, to its first dot, may stand between backticks.</summary>
    public string Spelled(Dice dice)
    {
        var entity = dice.Of(Entities);
        var key = dice.Of(Keys);
        var isPlain = key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_' || (c == '.' && entity.Length > 0));
        var quoted = isPlain ? dice.Of([key, key, $"`{key}`", $"\"{key}\""]) : dice.Of([$"`{key}`", $"\"{key}\""]);
        if (entity.Length == 0)
        {
            return quoted;
        }

        var parts = entity.Split('.', 2);
        return dice.Once(8) ? string.Join('.', [$"`{parts[0]}`", .. parts[1..], quoted]) : $"{entity}.{quoted}";
    }
}
