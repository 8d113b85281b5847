using MLOps.Models.Classical.EnsembleRegime;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Neural.Forecaster;
using MLOps.Models.Neural.MarketTcn;
using MLOps.Models.Neural.MarketTransformer;
using MLOps.Models.Neural.MarketVae;
using MLOps.Models.Neural.Tcn;

namespace MLOps.Models.Catalog;

/// <summary>Every model that can be trained.</summary>
public sealed class ModelCatalog
{
    private readonly IReadOnlyList<IModelDefinition> _definitions;

    /// <summary>The catalogue as shipped.</summary>
    public ModelCatalog()
        : this(
        [
            // Market Embedding
            new MarketTcnDefinition(),
            new MarketVaeDefinition(),
            new MarketTransformerDefinition(),
            new PatchDefinition(),

            // Regime Detection
            new TcnRegimeDefinition(),
            new EnsembleRegimeDefinition(),

            // Strategy Allocation
            // Feature Extraction
            // Volatility
            new GarchDefinition(),

            // Risk Metrics
            // Signals
        ])
    {
    }

    /// <summary>A catalogue of given models, for example with a team's own beside the shipped ones.</summary>
    /// <exception cref="ArgumentException">Two models have one id.</exception>
    public ModelCatalog(IEnumerable<IModelDefinition> definitions)
    {
        _definitions = [.. definitions];
        if (_definitions.CountBy(definition => definition.Id).FirstOrDefault(entry => entry.Value > 1).Key is { } twice)
        {
            throw new ArgumentException($"Two models have the id '{twice}'; each needs its own.", nameof(definitions));
        }
    }

    public IReadOnlyList<IModelDefinition> Definitions => _definitions;

    /// <summary>The model of that id, or null. Ids are case-sensitive.</summary>
    public IModelDefinition? Find(string id) => _definitions.FirstOrDefault(definition => definition.Id == id);
}
