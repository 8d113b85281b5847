namespace MLOps.Inference.Tabular;

/// <summary>Which columns of a table a model takes, and in what order: its signature's, where that has columns. Others are ignored, as MLflow does.</summary>
public static class ModelColumns
{
    /// <param name="given">The table's columns.</param>
    /// <param name="rules">The signature's columns; null: it has none, and the model takes what is given.</param>
    /// <exception cref="InferenceException">InvalidRequest: a column is missing.</exception>
    public static IReadOnlyList<ModelColumn> Choose(IReadOnlyList<string> given, IReadOnlyList<ColumnRule>? rules)
    {
        if (rules is not null && rules.Any(rule => rule.Name is not null))
        {
            return [.. rules.Select(rule => ByName(given, rule))];
        }

        ModelColumn[] features = [.. given.Select((name, i) => new ModelColumn(name, i, null)).Where(column => !IsIndex(column.Name))];
        return rules is null ? features
            : features.Length >= rules.Count ? [.. rules.Select((rule, i) => features[i] with { Type = rule.Type })]
            : throw InferenceException.Invalid($"There are {features.Length} columns: the model's signature expects {rules.Count}.");
    }

    /// <summary>The given columns, with the types of those that the signature names.</summary>
    internal static IEnumerable<ModelColumn> Named(IReadOnlyList<string> names, IReadOnlyList<ColumnInfo> columns, IReadOnlyList<ColumnRule>? rules) => names.Select(name =>
        new ModelColumn(name, columns.TakeWhile(column => column.Name != name).Count(), rules?.FirstOrDefault(rule => rule.Name == name)?.Type));

    private static ModelColumn ByName(IReadOnlyList<string> given, ColumnRule rule)
    {
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i] == rule.Name)
            {
                return new ModelColumn(given[i], i, rule.Type);
            }
        }

        if (!rule.IsRequired && rule.Type is "double" or "float")
        {
            return new ModelColumn(rule.Name!, -1, rule.Type);
        }

        throw InferenceException.Invalid(rule.IsRequired
            ? $"Column '{rule.Name}' is missing: the model's signature requires it, as {rule.Type}. Given: {Names(given)}."
            : $"Column '{rule.Name}' is missing: the signature calls it optional, but an ONNX model has no missing {rule.Type}. Given: {Names(given)}.");
    }

    /// <summary>pandas keeps a frame's index as a column of such a name.</summary>
    private static bool IsIndex(string name) => name.StartsWith("__index_level_", StringComparison.Ordinal);

    private static string Names(IReadOnlyList<string> given) =>
        string.Join(", ", given.Take(20).Select(Quoted.Short)) + (given.Count > 20 ? $" and {given.Count - 20} more" : "");
}
