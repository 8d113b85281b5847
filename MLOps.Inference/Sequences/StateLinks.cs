using System.Globalization;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Sequences;

/// <summary>Finds a model's state links: the caller's, else those of the model's metadata, else those of its outputs' names.</summary>
internal static class StateLinks
{
    /// <exception cref="InferenceException">InvalidModel: a declared link does not fit the model.</exception>
    public static IReadOnlyList<StateLink> Of(ModelMetadata model, IReadOnlyList<StateLink>? given, IReadOnlyDictionary<string, string> metadata)
    {
        var declared = given ?? (metadata.TryGetValue(StateLink.MetadataKey, out var text) ? Parse(text) : null);
        if (declared is null)
        {
            return [.. ByName(model)];
        }

        foreach (var link in declared)
        {
            Check(model, link);
            if (declared.Count(other => other.Input == link.Input) > 1)
            {
                throw Invalid($"input '{link.Input}' is fed twice");
            }
        }

        return declared;
    }

    private static IEnumerable<StateLink> ByName(ModelMetadata model)
    {
        foreach (var output in model.Outputs.Where(output => output.Name.EndsWith(StateLink.Suffix, StringComparison.Ordinal)))
        {
            var name = output.Name[..^StateLink.Suffix.Length];
            if (model.Inputs.FirstOrDefault(input => input.Name == name) is { } input && Fit(output, input))
            {
                yield return new StateLink(output.Name, name);
            }
        }
    }

    private static StateLink[] Parse(string text) =>
    [
        .. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
        {
            var sides = part.Split("->", StringSplitOptions.TrimEntries);
            if (sides is not [{ Length: > 0 } output, { Length: > 0 } target])
            {
                throw Malformed(part);
            }

            var equals = target.LastIndexOf('=');
            if (equals < 0)
            {
                return new StateLink(output, target);
            }

            var link = new StateLink(output, target[..equals].TrimEnd());
            var value = target[(equals + 1)..].Trim();
            return value is ['[', .. var row, ']']
                ? link with { InitialRow = [.. row.Split(',').Select(element => Number(element, part))] }
                : link with { Initial = Number(value, part) };
        }),
    ];

    private static double Number(string text, string part) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Malformed(part);

    private static void Check(ModelMetadata model, StateLink link)
    {
        var output = model.Outputs.FirstOrDefault(tensor => tensor.Name == link.Output)
            ?? throw Invalid($"there is no output '{link.Output}'");
        var input = model.Inputs.FirstOrDefault(tensor => tensor.Name == link.Input)
            ?? throw Invalid($"there is no input '{link.Input}'");
        if (!Fit(output, input))
        {
            throw Invalid(
                $"output '{link.Output}' is {output.Datatype.Name()} {TensorShape.Format([.. output.Shape])} and input '{link.Input}' is {input.Datatype.Name()} {TensorShape.Format([.. input.Shape])}");
        }

        var row = input.Shape.Where(length => length >= 0).Aggregate(1L, (product, length) => product * length);
        if (link.InitialRow is { } initial && initial.Count != row)
        {
            throw Invalid($"input '{link.Input}' is {TensorShape.Format([.. input.Shape])} and {initial.Count} initial values are given; a row of it has {row}");
        }
    }

    private static bool Fit(TensorMetadata output, TensorMetadata input) =>
        output.Datatype == input.Datatype
        && output.Datatype != TensorDatatype.Bytes
        && output.Shape.Count == input.Shape.Count
        && output.Shape.Zip(input.Shape).All(pair => pair.First < 0 || pair.Second < 0 || pair.First == pair.Second);

    private static InferenceException Malformed(string part) =>
        Invalid($"'{Quoted.Short(part)}' is not understood; expected 'output -> input', 'output -> input = initial value' or 'output -> input = [one value for each element of a row]'");

    private static InferenceException Invalid(string reason) =>
        new(InferenceError.InvalidModel, $"The model's state ({StateLink.MetadataKey}) cannot be kept: {reason}.");
}
