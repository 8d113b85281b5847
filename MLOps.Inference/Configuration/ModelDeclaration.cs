using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Configuration;

/// <summary>What somebody says a model takes and gives, to be held against the model itself.</summary>
/// <param name="Origin">Where it is said, for messages.</param>
/// <param name="InputNames">Null: nothing is said.</param>
/// <param name="OutputNames">Null: nothing is said.</param>
/// <param name="InputShape">Shape of the first input, -1 where any size must do; null: nothing is said.</param>
public sealed record ModelDeclaration(string Origin, IReadOnlyList<string>? InputNames, IReadOnlyList<string>? OutputNames, IReadOnlyList<long>? InputShape)
{
    /// <exception cref="InferenceException">InvalidConfiguration: the model is another.</exception>
    public void Check(ModelMetadata model)
    {
        Names("input_names", InputNames, model.Inputs);
        Names("output_names", OutputNames, model.Outputs);
        if (InputShape is null)
        {
            return;
        }

        // The first of the names that are declared, else the model's own first.
        var input = InputNames is [var first, ..] ? model.Inputs.First(tensor => tensor.Name == first) : model.Inputs[0];

        // A fixed size may be declared for an open one; what is declared as open must be open.
        if (input.Shape.Count != InputShape.Count || input.Shape.Zip(InputShape).Any(pair => pair.First >= 0 && pair.First != pair.Second))
        {
            throw Wrong($"input_shape is {TensorShape.Format([.. InputShape])}, but the model's input '{input.Name}' is {TensorShape.Format([.. input.Shape])}");
        }
    }

    private void Names(string key, IReadOnlyList<string>? declared, IReadOnlyList<TensorMetadata> tensors)
    {
        if (declared is not null && !declared.Order(StringComparer.Ordinal).SequenceEqual(tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)))
        {
            throw Wrong($"{key} is {List(declared)}, but the model has {List(tensors.Select(tensor => tensor.Name))}");
        }
    }

    private static string List(IEnumerable<string> names) => $"[{string.Join(", ", names.Select(name => $"'{name}'"))}]";

    private InferenceException Wrong(string reason) => new(InferenceError.InvalidConfiguration, $"{Origin}: {reason}.");
}
