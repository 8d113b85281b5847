using MLOps.Client.Serving;

namespace MLOps.Dashboard.Endpoints;

/// <summary>What a person is about to deploy: one arm, or several that share the traffic by weight.</summary>
public sealed class DeploymentForm
{
    private readonly List<VariantForm> _variants = [new("default")];
    private ServingEndpoint? _taken;

    public string Endpoint { get; set; } = "";

    public IReadOnlyList<VariantForm> Variants => _variants;

    public bool IsReady => Endpoint.Trim().Length > 0 && _variants.All(variant => variant.ModelUri.Trim().Length > 0 && variant.Name.Trim().Length > 0);

    public void AddVariant() => _variants.Add(new VariantForm($"variant-{_variants.Count + 1}"));

    public void RemoveVariant(VariantForm variant)
    {
        if (_variants.Count > 1)
        {
            _variants.Remove(variant);
        }
    }

    /// <summary>What the form shows, and of a running endpoint also what it does not: a change of the variants must not lift a limit or end a test.
    /// A test whose winner has got all traffic is over: it would be refused for want of variants.</summary>
    public DeploymentRequest ToRequest() => new()
    {
        Endpoint = Endpoint.Trim(),
        Variants = [.. _variants.Select(ToVariant)],
        Description = Running?.Description,
        AbTest = Running is { } running && running.Variants.Count(variant => variant.Role != VariantRole.Shadow && variant.Weight > 0) > 1 ? running.AbTest : null,
        Limits = Running?.Limits,
        Capture = Running?.Capture,
    };

    /// <summary>Fills the form with what runs, to change it.</summary>
    public void Take(ServingEndpoint endpoint)
    {
        Endpoint = endpoint.Name;
        _taken = endpoint;
        _variants.Clear();
        _variants.AddRange(endpoint.Variants.Select(variant => new VariantForm(variant.Name)
        {
            ModelUri = variant.ModelUri,
            Weight = variant.Weight,
            Replicas = variant.Replicas,
            Threads = variant.Threads,
            IsShadow = variant.Role == VariantRole.Shadow,
            SampleRate = variant.SampleRate,
            MemoryBytes = variant.MemoryBytes,
        }));
        if (_variants.Count == 0)
        {
            _variants.Add(new VariantForm("default"));
        }
    }

    /// <summary>The endpoint that the form was filled with, unless its name has been changed since.</summary>
    private ServingEndpoint? Running => _taken?.Name == Endpoint.Trim() ? _taken : null;

    private static VariantRequest ToVariant(VariantForm variant) => variant.IsShadow
        ? new(variant.Name.Trim(), variant.ModelUri.Trim(), 0, variant.Replicas, variant.Threads, "shadow", variant.SampleRate, variant.MemoryBytes)
        : new(variant.Name.Trim(), variant.ModelUri.Trim(), variant.Weight, variant.Replicas, variant.Threads, null, null, variant.MemoryBytes);
}
