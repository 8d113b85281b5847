using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>Whether a spec makes sense by itself.</summary>
internal static class EndpointSpecCheck
{
    private const int MaxVariants = 32;
    private const int MaxReplicas = 64;
    private const int MaxThreads = 256;

    /// <exception cref="MLOpsException">InvalidArgument: names the field, what was given and what was expected.</exception>
    public static void Check(EndpointSpec spec)
    {
        if (spec.Variants is not { Count: >= 1 and <= MaxVariants })
        {
            throw Invalid($"variants has {spec.Variants?.Count ?? 0} elements: expected 1 to {MaxVariants}.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variant in spec.Variants)
        {
            EndpointName.Check(variant.Name, "variant name");
            if (!names.Add(variant.Name))
            {
                throw Invalid($"variant '{variant.Name}' is given twice: names must be unique in an endpoint.");
            }

            if (!double.IsFinite(variant.Weight) || variant.Weight < 0)
            {
                throw Invalid($"weight of variant '{variant.Name}' is {variant.Weight}: expected a number of 0 or more.");
            }

            Range(variant.Name, "replicas", variant.Replicas, MaxReplicas);
            Range(variant.Name, "threads", variant.Threads, MaxThreads);
            ModelUri.Parse(variant.ModelUri);
        }

        var sum = spec.Variants.Sum(variant => variant.Weight);
        if (sum <= 0 || !double.IsFinite(sum))
        {
            throw Invalid($"the weights sum to {sum}: at least one must be more than 0, and their sum finite.");
        }
    }

    private static void Range(string variant, string field, int value, int maximum)
    {
        if (value < 1 || value > maximum)
        {
            throw Invalid($"{field} of variant '{variant}' is {value}: expected 1 to {maximum}.");
        }
    }

    private static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}
