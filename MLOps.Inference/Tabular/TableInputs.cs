using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tabular;

/// <summary>Which columns of a table feed which input of a model.</summary>
public static class TableInputs
{
    /// <summary>Every input takes the columns given for it. Without them, a model's only input takes the columns of the signature, in its order; without a signature
    /// the column of its name when one column fills it, else all columns that are left. Each of several inputs takes the column of its name.</summary>
    /// <param name="inputs">Of the model.</param>
    /// <param name="columns">Of the table.</param>
    /// <param name="given">Columns by input; inputs that are not in it are left to the rule.</param>
    /// <param name="others">Columns that the rule does not give to an only input unless the signature names them.</param>
    /// <param name="rules">The columns of the model's signature; null: it has none.</param>
    /// <exception cref="InferenceException">InvalidRequest: an input or column that does not exist, or columns that do not fill an input.</exception>
    public static IReadOnlyList<TensorRows> Map(
        IReadOnlyList<TensorMetadata> inputs,
        IReadOnlyList<ColumnInfo> columns,
        IReadOnlyDictionary<string, IReadOnlyList<string>> given,
        IReadOnlyCollection<string> others,
        IReadOnlyList<ColumnRule>? rules = null)
    {
        if (given.Keys.FirstOrDefault(name => inputs.All(input => input.Name != name)) is { } unknown)
        {
            throw InferenceException.Invalid($"The model has no input '{Quoted.Short(unknown)}': it takes {string.Join(", ", inputs.Select(input => input.Name))}.");
        }

        var mapped = new List<TensorRows>();
        foreach (var input in inputs)
        {
            IReadOnlyList<ModelColumn> chosen = given.TryGetValue(input.Name, out var named) ? [.. ModelColumns.Named(named, columns, rules)]
                : inputs.Count == 1 && (rules is not null || !IsFilledByItsOwn(input, columns)) ? Left(columns, others, rules)
                : Own(input, columns, rules);
            TableReader.Check(columns, chosen.Where(column => column.Index >= 0).Select(column => column.Name));
            mapped.Add(new TensorRows(input, chosen));
        }

        return mapped;
    }

    private static bool IsFilledByItsOwn(TensorMetadata input, IReadOnlyList<ColumnInfo> columns) =>
        columns.Any(column => column.Name == input.Name) && TensorShape.Count([.. input.Shape.Skip(1).Select(length => length < 0 ? 1 : length)], input.Name) == 1;

    /// <summary>A signature that names its columns may name one that is passed through, too.</summary>
    private static IReadOnlyList<ModelColumn> Left(IReadOnlyList<ColumnInfo> columns, IReadOnlyCollection<string> others, IReadOnlyList<ColumnRule>? rules) => ModelColumns.Choose(
        [.. columns.Select(column => column.Name).Where(name => !others.Contains(name) || (rules?.Any(rule => rule.Name == name) ?? false))],
        rules);

    /// <summary>Where a signature has columns, it says of each of several inputs whether it may be missing.</summary>
    private static IReadOnlyList<ModelColumn> Own(TensorMetadata input, IReadOnlyList<ColumnInfo> columns, IReadOnlyList<ColumnRule>? rules)
    {
        if (rules?.FirstOrDefault(rule => rule.Name == input.Name) is { } rule)
        {
            return ModelColumns.Choose([.. columns.Select(column => column.Name)], [rule]);
        }

        return columns.Any(column => column.Name == input.Name)
            ? [.. ModelColumns.Named([input.Name], columns, rules)]
            : throw InferenceException.Invalid($"The table has no column '{Quoted.Short(input.Name)}', which the model's input of that name would take: it has {string.Join(", ", columns.Select(column => Quoted.Short(column.Name)))}. Say which columns each input takes.");
    }
}
