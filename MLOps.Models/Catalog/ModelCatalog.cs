using MLOps.Models.Classical.BoostedTrees;
using MLOps.Models.Classical.ChangePoint;
using MLOps.Models.Classical.CrossSection;
using MLOps.Models.Classical.Egarch;
using MLOps.Models.Classical.EnsembleRegime;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Classical.GjrGarch;
using MLOps.Models.Classical.HarRv;
using MLOps.Models.Classical.Hawkes;
using MLOps.Models.Classical.Hmm;
using MLOps.Models.Classical.KalmanPairs;
using MLOps.Models.Classical.MetaController;
using MLOps.Models.Classical.Microstructure;
using MLOps.Models.Classical.OrderFlowImpact;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Classical.RiskParity;
using MLOps.Models.Classical.Sentiment;
using MLOps.Models.Classical.StochasticVolatility;
using MLOps.Models.Classical.TailRisk;
using MLOps.Models.Classical.Technical;
using MLOps.Models.Classical.ValueAtRisk;
using MLOps.Models.Neural.Allocator;
using MLOps.Models.Neural.Anomaly;
using MLOps.Models.Neural.Drawdown;
using MLOps.Models.Neural.Forecaster;
using MLOps.Models.Neural.MarketTcn;
using MLOps.Models.Neural.MarketTransformer;
using MLOps.Models.Neural.MarketVae;
using MLOps.Models.Neural.Tcn;
using MLOps.Models.Neural.Volatility;

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
            new HmmRegimeDefinition(),
            new ChangePointDefinition(),
            new TcnRegimeDefinition(),
            new EnsembleRegimeDefinition(),

            // Strategy Allocation
            new PortfolioOptimizerDefinition(),
            new HierarchicalRiskParityDefinition(),
            new AllocatorDefinition(),
            new MetaControllerDefinition(),

            // Feature Extraction
            new TechnicalFeatureDefinition(),
            new MicrostructureDefinition(),
            new SentimentDefinition(),

            // Volatility
            new GarchDefinition(),
            new GjrGarchDefinition(),
            new EgarchDefinition(),
            new HarDefinition(),
            new StochasticVolatilityDefinition(),
            new LstmVolatilityDefinition(),

            // Risk Metrics
            new VarCalculatorDefinition(),
            new CvarDefinition(),
            new DrawdownDefinition(),

            // Signals
            new BoostedTreesDefinition(),
            new OrderFlowDefinition(),
            new KalmanPairsDefinition(),
            new AnomalyDefinition(),
            new MomentumRankerDefinition(),
            new HawkesDefinition(),
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
