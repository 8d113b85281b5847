namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>A thing that is searched for, as the test has written it: its fields with all their values.</summary>
internal sealed class Row(string id)
{
    private readonly Dictionary<string, List<object>> _values = [];

    public string Id { get; } = id;

    /// <summary>The things in it that clauses are about together: a trace's spans.</summary>
    public List<Row> Parts { get; } = [];

    /// <summary>A text or a double each; none: the thing has not got the field.</summary>
    public IReadOnlyList<object> this[string field] => _values.GetValueOrDefault(field) ?? [];

    /// <param name="field">A field's name, as in the grammar.</param>
    /// <param name="value">One more value; null: none.</param>
    public Row With(string field, object? value)
    {
        if (value is not null)
        {
            _values.TryAdd(field, []);
            _values[field].Add(value is long number ? (double)number : value);
        }

        return this;
    }
}
