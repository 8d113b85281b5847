using MLOps.Contracts.Endpoints;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>Says of a deployment whose variants take different inputs which callers that hurts. It is not refused: a version with another signature is rolled out so,
/// its callers sending what both take, and a canary that was a mistake rolls back by itself.</summary>
internal static class SignatureWarning
{
    /// <returns>Null: whatever one variant takes, the others take alike.</returns>
    public static string? Of(EndpointSnapshot endpoint)
    {
        if (endpoint.Variants.Count < 2 || endpoint.Variants.Any(variant => variant.Signature is null))
        {
            return null;
        }

        var reference = endpoint.ReferenceVariant();
        var warnings = endpoint.Variants.Where(variant => variant != reference).Select(variant => Of(variant, reference)).Where(warning => warning is not null).ToArray();
        return warnings.Length == 0 ? null : string.Join(' ', warnings);
    }

    private static string? Of(VariantState variant, VariantState reference)
    {
        var (own, other) = (variant.Signature!, reference.Signature!);
        if (SignatureInputs.AreAlike(own, other) || (own.Rows is not null && other.Rows is not null))
        {
            return null;
        }

        var (name, known) = (variant.Spec.Name, reference.Spec.Name);
        if (SchemaField.Columns(own.Schema) is not { } columns || SchemaField.Columns(other.Schema) is not { } knownColumns)
        {
            return Shown(own) == Shown(other) ? null : $"Variant '{name}' takes {Shown(own)}, and '{known}' {Shown(other)}: it refuses requests that fit only '{known}'.";
        }

        var missing = columns.Where(column => column.Required && knownColumns.All(field => field.Name != column.Name)).Select(column => $"'{column.Name}'").ToArray();
        if (missing.Length > 0)
        {
            return $"Variant '{name}' needs {string.Join(", ", missing)}, which '{known}' does not: it refuses requests without.";
        }

        return columns.Select(column => column.Name).SequenceEqual(knownColumns.Select(column => column.Name)) ? null
            : $"Variant '{name}' takes other columns than '{known}', or in another order: send columns by name, as tensors mean something else to it.";
    }

    private static string Shown(ModelSignature signature) =>
        string.Join(", ", signature.Inputs.Select(input => $"{input.Name} {input.Datatype} {TensorShape.Format([.. input.Shape])}"));
}
