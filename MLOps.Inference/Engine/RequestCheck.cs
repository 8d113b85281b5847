using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>Whether a request fits a model, with messages that name the tensor.</summary>
internal static class RequestCheck
{
    public static void Inputs(ModelMetadata model, IReadOnlyList<Tensor> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            var expected = Find(model.Inputs, inputs[i].Name)
                ?? throw InferenceException.Invalid($"Unknown input '{Quoted.Short(inputs[i].Name)}': the model takes {Names(model.Inputs)}.");
            Fits(expected, inputs[i]);
            for (var j = 0; j < i; j++)
            {
                if (inputs[j].Name == inputs[i].Name)
                {
                    throw InferenceException.Invalid($"Input '{Quoted.Short(inputs[i].Name)}' is given twice.");
                }
            }
        }

        if (inputs.Count < model.Inputs.Count)
        {
            throw Missing(model, inputs);
        }
    }

    public static IReadOnlyList<string> Outputs(ModelMetadata model, IReadOnlyList<string> outputs)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in outputs)
        {
            if (Find(model.Outputs, name) is null)
            {
                throw InferenceException.Invalid($"Unknown output '{Quoted.Short(name)}': the model gives {Names(model.Outputs)}.");
            }

            if (!seen.Add(name))
            {
                throw InferenceException.Invalid($"Output '{Quoted.Short(name)}' is asked for twice.");
            }
        }

        return outputs;
    }

    /// <exception cref="InferenceException">InvalidRequest: the model expects another shape.</exception>
    public static void Shape(TensorMetadata expected, ReadOnlySpan<long> given, string role)
    {
        var matches = given.Length == expected.Shape.Count;
        for (var i = 0; matches && i < given.Length; i++)
        {
            matches = expected.Shape[i] < 0 || expected.Shape[i] == given[i];
        }

        if (!matches)
        {
            throw InferenceException.Invalid(
                $"{role} '{expected.Name}' has shape {TensorShape.Format(given)}: the model expects {TensorShape.Format([.. expected.Shape])}, where -1 is any size.");
        }
    }

    private static void Fits(TensorMetadata expected, Tensor given)
    {
        if (given.Datatype != expected.Datatype)
        {
            throw InferenceException.Invalid($"Input '{expected.Name}' has datatype {given.Datatype.Name()}: the model expects {expected.Datatype.Name()}.");
        }

        Shape(expected, given.Shape, "Input");
    }

    /// <summary>Apart, because a method with a closure allocates it on every call.</summary>
    private static InferenceException Missing(ModelMetadata model, IReadOnlyList<Tensor> inputs) => InferenceException.Invalid(
        $"Missing input {Names([.. model.Inputs.Where(input => inputs.All(given => given.Name != input.Name))])}: the model takes {Names(model.Inputs)}.");

    private static TensorMetadata? Find(IReadOnlyList<TensorMetadata> tensors, string name)
    {
        // Models have a handful of tensors: a scan beats a dictionary and allocates nothing.
        for (var i = 0; i < tensors.Count; i++)
        {
            if (tensors[i].Name == name)
            {
                return tensors[i];
            }
        }

        return null;
    }

    private static string Names(IReadOnlyList<TensorMetadata> tensors) => string.Join(", ", tensors.Select(tensor => $"'{tensor.Name}'"));
}
