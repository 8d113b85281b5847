using MLOps.Models.Classical.CrossSection;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Classical.MetaController;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Classical.RiskParity;
using MLOps.Models.Classical.TailRisk;
using MLOps.Models.Classical.ValueAtRisk;
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
            // Regime Detection
            new TcnRegimeDefinition(),

            // Strategy Allocation
            new PortfolioOptimizerDefinition(),
            new HierarchicalRiskParityDefinition(),
            new MetaControllerDefinition(),

            // Feature Extraction
            // Volatility
            new GarchDefinition(),

            // Risk Metrics
            new VarCalculatorDefinition(),
            new CvarDefinition(),

            // Signals
            new MomentumRankerDefinition(),
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
