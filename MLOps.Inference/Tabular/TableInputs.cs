using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tabular;

/// <summary>Which columns of a table feed which input of a model.</summary>
public static class TableInputs
{
    /// <summary>Every input takes the columns given for it. Without them, a model's only input takes the column of its name when one column fills it, else all columns that are left;
    /// each of several inputs takes the column of its name.</summary>
    /// <param name="inputs">Of the model.</param>
    /// <param name="columns">Of the table.</param>
    /// <param name="given">Columns by input; inputs that are not in it are left to the rule.</param>
    /// <param name="others">Columns that the rule does not give to an only input.</param>
    /// <exception cref="InferenceException">InvalidRequest: an input or column that does not exist, or columns that do not fill an input.</exception>
    public static IReadOnlyList<TensorRows> Map(
        IReadOnlyList<TensorMetadata> inputs,
        IReadOnlyList<ColumnInfo> columns,
        IReadOnlyDictionary<string, IReadOnlyList<string>> given,
        IReadOnlyCollection<string> others)
    {
        if (given.Keys.FirstOrDefault(name => inputs.All(input => input.Name != name)) is { } unknown)
        {
            throw InferenceException.Invalid($"The model has no input '{Quoted.Short(unknown)}': it takes {string.Join(", ", inputs.Select(input => input.Name))}.");
        }

        var mapped = new List<TensorRows>();
        foreach (var input in inputs)
        {
            var chosen = given.TryGetValue(input.Name, out var named) ? named : Choose(input, inputs.Count == 1, columns, others);
            TableReader.Check(columns, chosen);
            mapped.Add(new TensorRows(input, chosen));
        }

        return mapped;
    }

    private static IReadOnlyList<string> Choose(TensorMetadata input, bool isOnly, IReadOnlyList<ColumnInfo> columns, IReadOnlyCollection<string> others)
    {
        var own = columns.Any(column => column.Name == input.Name);
        if (isOnly && !(own && TensorShape.Count([.. input.Shape.Skip(1).Select(length => length < 0 ? 1 : length)], input.Name) == 1))
        {
            return [.. columns.Where(column => !others.Contains(column.Name)).Select(column => column.Name)];
        }

        return own
            ? [input.Name]
            : throw InferenceException.Invalid($"The table has no column '{Quoted.Short(input.Name)}', which the model's input of that name would take: it has {string.Join(", ", columns.Select(column => Quoted.Short(column.Name)))}. Say which columns each input takes.");
    }
}
