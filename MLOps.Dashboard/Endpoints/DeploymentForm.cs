using MLOps.Client.Serving;

namespace MLOps.Dashboard.Endpoints;

/// <summary>What a person is about to deploy: one arm, or several that share the traffic by weight.</summary>
public sealed class DeploymentForm
{
    private readonly List<VariantForm> _variants = [new("default")];

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

    public IReadOnlyList<VariantRequest> ToVariants() =>
        [.. _variants.Select(variant => new VariantRequest(variant.Name.Trim(), variant.ModelUri.Trim(), variant.Weight, variant.Replicas, variant.Threads))];

    /// <summary>Fills the form with what runs, to change it.</summary>
    public void Take(ServingEndpoint endpoint)
    {
        Endpoint = endpoint.Name;
        _variants.Clear();
        _variants.AddRange(endpoint.Variants.Select(variant => new VariantForm(variant.Name)
        {
            ModelUri = variant.ModelUri,
            Weight = variant.Weight,
            Replicas = variant.Replicas,
            Threads = variant.Threads,
        }));
        if (_variants.Count == 0)
        {
            _variants.Add(new VariantForm("default"));
        }
    }
}
