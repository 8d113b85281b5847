using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Models.Search;

namespace MLOps.Silo.Training.Search;

/// <summary>Checks a search before anything is made of it, and fills in what was left to the platform.</summary>
internal sealed class SearchSpecCheck(TrainingSpecCheck training, ModelCatalog catalog)
{
    private const int MostTrials = 1000;
    private const int MostParallel = 32;
    private const int MostGridPoints = 100;

    /// <exception cref="MLOpsException">InvalidArgument: names the field, what was given and what is expected.</exception>
    public async Task<SearchSpec> CheckAsync(SearchSpec spec)
    {
        var common = await training.CheckAsync(spec.Training);
        if (spec.Space.FirstOrDefault(dimension => common.Parameters.Any(fixedOne => fixedOne.Key == dimension.Name)) is { } twice)
        {
            throw Bad("parameters", twice.Name, "only what is not in 'space'");
        }

        NameRules.MaxLength(NameRules.NoNul(spec.Metric, "metric"), "metric", 250);
        if (spec.Metric.Length == 0)
        {
            throw Bad("metric", "", "the name of a metric that the model logs");
        }

        Within("parallel", spec.Parallel, 1, MostParallel);
        Within("grid_points", spec.GridPoints, 2, MostGridPoints);
        if (spec.Pruning is { } pruning)
        {
            Within("pruning.start_trials", pruning.StartTrials, 1, MostTrials);
            Within("pruning.warm_up_steps", pruning.WarmUpSteps, 0, long.MaxValue);
        }

        var space = SpaceOf(spec);
        var trials = spec.Trials;
        if (spec.Method == SearchMethod.Grid)
        {
            var points = new GridSampler(space, spec.GridPoints).Count;
            trials = trials == 0 ? (int)Math.Min(points, MostTrials + 1) : (int)Math.Min(trials, points);
        }

        Within(spec.Method == SearchMethod.Grid && spec.Trials == 0 ? "points of the grid" : "trials", trials, 1, MostTrials);
        return spec with
        {
            Training = common,
            Trials = trials,
            // An array by name: whatever list the caller made may be of a type that cannot be read back from grain storage.
            Space = spec.Space.Select(dimension => dimension with { Choices = dimension.Choices.ToArray() }).ToArray(),
        };
    }

    /// <exception cref="MLOpsException">InvalidArgument: the space does not fit the model.</exception>
    public SearchSpace SpaceOf(SearchSpec spec)
    {
        var model = catalog.Find(spec.Training.Model)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"Model '{spec.Training.Model}' is not in this silo's catalogue: every silo must run the same release.");
        try
        {
            return SearchSpace.Of(
                model.HyperParameters,
                [.. spec.Space.Select(dimension => new WantedDimension(dimension.Name, dimension.Low, dimension.High, dimension.IsLog, dimension.Choices))]);
        }
        catch (ModelTrainingException e)
        {
            // Not as inner exception: MLOps.Models knows no Orleans, so its exceptions cannot leave the silo.
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'space' of model '{model.Id}': {e.Message}");
        }
    }

    public ISearchSampler SamplerOf(SearchSpec spec) => spec.Method switch
    {
        SearchMethod.Grid => new GridSampler(SpaceOf(spec), spec.GridPoints),
        SearchMethod.Random => new RandomSampler(SpaceOf(spec), spec.Seed),
        _ => new TpeSampler(SpaceOf(spec), spec.Seed),
    };

    private static void Within(string field, long value, long low, long high)
    {
        if (value < low || value > high)
        {
            throw Bad(field, value.ToString(System.Globalization.CultureInfo.InvariantCulture), high == long.MaxValue ? $"at least {low}" : $"{low} to {high}");
        }
    }

    private static MLOpsException Bad(string field, string value, string expected) =>
        new(ProblemCode.InvalidArgument, $"'{field}' is '{value}': expected {expected}.");
}
