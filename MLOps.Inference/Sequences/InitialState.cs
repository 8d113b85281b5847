using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Sequences;

/// <summary>State before the first step: one value in every element, or a row's values in every row. Open dimensions take the size that the request's inputs give to
/// a dimension of the same name, else 1.</summary>
internal static class InitialState
{
    // The caller chooses the open dimensions, by the shapes of inputs that may hold no element at all.
    private const long MaxElements = 16L << 20;

    /// <exception cref="InferenceException">InvalidRequest: the state would have over 16 Mi elements.</exception>
    public static Tensor Of(LoadedModel model, StateLink link, IReadOnlyList<Tensor> inputs)
    {
        var input = model.Metadata.Inputs.First(tensor => tensor.Name == link.Input);
        var names = model.Symbols[link.Input];
        long[] shape = [.. input.Shape.Select((length, i) => length >= 0 ? length : Size(model, names[i], inputs))];
        var count = TensorShape.Count(shape, input.Name);
        if (count > MaxElements)
        {
            throw InferenceException.Invalid($"The state '{input.Name}' would be {TensorShape.Format(shape)}: at most {MaxElements} elements are kept.");
        }

        var data = new byte[count * input.Datatype.Size()];
        if (link.InitialRow is { } row)
        {
            FillRows(data, input.Datatype, row);
        }
        else if (link.Initial != 0)
        {
            TensorNumbers.Fill(data, input.Datatype, link.Initial);
        }

        return new Tensor(input.Name, input.Datatype, shape, data);
    }

    private static void FillRows(Span<byte> data, TensorDatatype datatype, IReadOnlyList<double> row)
    {
        var size = datatype.Size();
        for (var at = 0; at < data.Length; at += size)
        {
            TensorNumbers.Fill(data.Slice(at, size), datatype, row[at / size % row.Count]);
        }
    }

    private static long Size(LoadedModel model, string name, IReadOnlyList<Tensor> inputs)
    {
        foreach (var input in inputs)
        {
            // A name that is no input is refused by the run, with a message of its own.
            var at = name.Length > 0 && model.Symbols.TryGetValue(input.Name, out var names) ? Array.IndexOf(names, name) : -1;
            if (at >= 0 && at < input.Shape.Length)
            {
                return input.Shape[at];
            }
        }

        return 1;
    }
}
