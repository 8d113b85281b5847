using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Allocator.Ppo;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Allocator;

/// <summary>Card 7: weights of assets or strategies from a state of 24 features, learnt by reinforcement with trading costs in the reward.</summary>
internal sealed class AllocatorDefinition : IModelDefinition
{
    private const int FewestAssets = 2;
    private const int MinimumRows = 250;
    private const int ParityStates = 256;
    private const string FactorsFile = "factors.json";

    public string Id => "rl-allocator";

    public string Name => "RL Strategy Allocator";

    public string Category => "Strategy Allocation";

    public string Description =>
        "Weights of assets or strategies from a state of 24 features, what is held now among them; proximal policy optimisation on the utility of growth after trading costs. "
        + "The state is made of prices and held weights as factors.json says.";

    public IReadOnlyList<HyperParameter> HyperParameters => AllocatorSettings.Declared;

    public DataNeeds Data => DataNeeds.Assets(FewestAssets, "prices, or values of strategies,");

    public RowContinuity Continuity => RowContinuity.Unbroken("its episodes carry positions from each row to the next");

    public ModelSignature Signature => SignatureOf(-1);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = AllocatorSettings.From(parameters);
        var panel = PricePanel.From(TrainingRows.SelectTable(request, MinimumRows), FewestAssets);
        var fitRows = FitRows(panel.Prices.Length, settings);
        var growth = panel.Growth();
        var factors = AllocationFactors.Fit(panel.Assets, [.. growth.Take(fitRows - 1).Select(row => Array.ConvertAll(row, Math.Log))]);
        var states = AllocationState.Compute(factors, panel.Prices);
        var (means, deviations) = Scaler(states, factors, fitRows);

        LibTorch.EnsureLoaded(settings.Ppo.Threads);
        using var network = SeededWeights.Create(settings.Ppo.Seed, () => new ActorCritic(means, deviations, panel.Assets.Count, settings.Ppo.Hidden, settings.Ppo.Exploration));
        MarketEnvironment[] markets = [.. Enumerable.Range(0, settings.Ppo.Environments).Select(_ => new MarketEnvironment(states, growth, fitRows, settings.Cost, settings.RiskAversion))];
        new PpoTrainer(settings.Ppo, observer, cancellationToken).Train(network, markets, request.Checkpoint);

        observer.OnProgress(0.96, "Exporting and checking ONNX");
        var tags = Tags(panel, factors, settings, fitRows);
        var model = OnnxModelFile.Write(AllocatorGraph.Build(network, means, deviations, panel.Assets.Count), Description, tags);
        using var runner = new OnnxRunner(model);
        var parity = CheckParity(runner, network, states, panel.Assets.Count);
        var scores = Score(runner, states, growth, fitRows - 1, panel.Prices.Length - 1, settings.Cost, null, cancellationToken);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation Sharpe {scores["sharpe"]:F3}, of equal weights {scores["sharpe_equal_weight"]:F3}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile(FactorsFile, AllocationFactorsFile.Write(factors, settings.Cost))],
            SignatureOf(panel.Assets.Count),
            parameters.AsText,
            new Dictionary<string, double>(scores.Select(score => KeyValuePair.Create($"val_{score.Key}", score.Value))) { ["onnx_max_difference"] = parity },
            Monitored(panel, states, factors),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        // Weights that are chosen at one row earn at the next.
        var first = Math.Max(from - 1, AllocationState.History);
        if (to - 1 - first < 2)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be at least two of them, with {AllocationState.History + 1} rows before the first.");
        }

        var (factors, cost) = AllocationFactorsFile.Read(model.File(FactorsFile));
        var panel = PricePanel.From(data.Rows(0, to), factors.Assets);
        using var runner = model.Open("model.onnx");
        return Score(runner, AllocationState.Compute(factors, panel.Prices), panel.Growth(), first, to - 1, cost, model.Observer, cancellationToken);
    }

    private static ModelSignature SignatureOf(int assets) => new(
        [new TensorSpec(AllocatorGraph.Input, "float32", [-1, AllocationState.Size])],
        [new TensorSpec(AllocatorGraph.Output, "float32", [-1, assets])]);

    private static int FitRows(int rows, AllocatorSettings settings)
    {
        var fit = rows - (int)(rows * settings.ValidationFraction);
        var needed = AllocationState.History + settings.Ppo.Horizon + 1;
        return fit >= needed
            ? fit
            : throw new ModelTrainingException($"{fit} rows are left to fit on, but a state looks back {AllocationState.History} rows and horizon is {settings.Ppo.Horizon}: at least {needed} are needed. Give more history, or a smaller horizon.");
    }

    /// <summary>Means and deviations of the fit rows' states at equal weights; the held weights, which do not change there, by the spread that holding one asset alone gives them.</summary>
    private static (float[] Means, float[] Deviations) Scaler(AllocationState states, AllocationFactors factors, int fitRows)
    {
        var equal = Rebalancing.EqualWeights(factors.Assets.Count);
        var scaler = FeatureScaler.Fit([.. Enumerable.Range(AllocationState.History, fitRows - AllocationState.History).Select(row => Array.ConvertAll(states.At(row, equal), value => (double)value))]);
        var perFactor = AllocationState.Size / factors.Loadings.Length;
        for (var factor = 0; factor < factors.Loadings.Length; factor++)
        {
            var mean = factors.Loadings[factor].Average();
            scaler.Deviations[factor * perFactor] = (float)Math.Sqrt(factors.Loadings[factor].Average(loading => (loading - mean) * (loading - mean)));
        }

        return (scaler.Means, scaler.Deviations);
    }

    private static double CheckParity(OnnxRunner runner, ActorCritic network, AllocationState states, int assets)
    {
        var equal = Rebalancing.EqualWeights(assets);
        var first = Math.Max(AllocationState.History, states.Rows - ParityStates);
        float[][] rows = [.. Enumerable.Range(first, states.Rows - first).Select(row => states.At(row, equal))];
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var quiet = TorchSharp.torch.no_grad();
        var trainer = Tensors.Rows(TorchSharp.torch.nn.functional.softmax(network.forward(Tensors.Stack(rows, AllocationState.Size)), 1));
        var served = runner.Run<float>([(AllocatorGraph.Input, [.. rows.SelectMany(row => row)], [rows.Length, AllocationState.Size])], [AllocatorGraph.Output])[0];
        return OnnxParity.Check(AllocatorGraph.Output, [.. trainer.SelectMany(row => row)], Array.ConvertAll(served, value => (double)value), OnnxParity.Float32Tolerance);
    }

    private static Dictionary<string, double> Score(OnnxRunner runner, AllocationState states, double[][] growth, int from, int to, double cost, IEvaluationObserver? observer, CancellationToken cancellationToken)
    {
        var row = from;
        var policy = Backtest.Run(states, growth, (state, _) => Weights(state), from, to, cost);
        observer?.OnReturns(policy.Returns);
        return Backtest.Score(policy, Backtest.EqualWeights(states, growth, from, to, cost));

        double[] Weights(float[] state)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Array.ConvertAll(runner.Run<float>([(AllocatorGraph.Input, state, [1, AllocationState.Size])], [AllocatorGraph.Output], [row++])[0], weight => (double)weight);
        }
    }

    /// <summary>The volatilities are watched: what the policy holds is its own doing, and momenta wander.</summary>
    private static MonitoredFeatures? Monitored(PricePanel panel, AllocationState states, AllocationFactors factors)
    {
        var names = AllocationState.Names(factors);
        int[] watched = [.. Enumerable.Range(0, names.Count).Where(i => names[i].EndsWith("volatility_21", StringComparison.Ordinal))];
        var equal = Rebalancing.EqualWeights(factors.Assets.Count);
        int[] rows = [.. Enumerable.Range(AllocationState.History, states.Rows - AllocationState.History)];
        return watched.Length == 0
            ? null
            : new MonitoredFeatures(
                [.. watched.Select(i => new MonitoredFeature(names[i], AllocatorGraph.Input, i))],
                [.. rows.Select(row => DateOnly.FromDateTime(panel.Times[row]))],
                [.. rows.Select(row => states.At(row, equal)).Select(state => watched.Select(i => (double)state[i]).ToArray())]);
    }

    private static Dictionary<string, string> Tags(PricePanel panel, AllocationFactors factors, AllocatorSettings settings, int fitRows) => new()
    {
        ["model_type"] = "rl-allocator",
        ["feature_names"] = string.Join(',', AllocationState.Names(factors)),
        ["assets"] = string.Join(',', factors.Assets),
        ["input"] = "raw state [B,24] in percent (log), held weights before trading; the scaler is in the graph",
        ["output"] = "weights [B,A], at least 0, sum 1",
        ["reward"] = FormattableString.Invariant($"100*(ln growth after costs - ({settings.RiskAversion}-1)/2*return^2 - ln growth of equal weights)"),
        ["cost"] = FormattableString.Invariant($"{settings.Cost} of what is bought or sold"),
        ["training_start"] = TimeText.Of(panel.Times[0]),
        ["training_end"] = TimeText.Of(panel.Times[^1]),
        ["fit_end"] = TimeText.Of(panel.Times[fitRows - 1]),
        ["seed"] = settings.Ppo.Seed.ToString(CultureInfo.InvariantCulture),
    };
}
