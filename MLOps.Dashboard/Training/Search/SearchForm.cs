using MLOps.Client.Training.Search;

namespace MLOps.Dashboard.Training.Search;

/// <summary>A hyper-parameter search that a person is about to start.</summary>
public sealed class SearchForm
{
    private readonly List<DimensionForm> _dimensions = [];
    private string _model = "";

    /// <summary>What every trial has in common.</summary>
    public TrainingForm Training { get; } = new();

    public IReadOnlyList<DimensionForm> Dimensions => _dimensions;

    /// <summary>Names of the hyper-parameters that are not varied yet.</summary>
    public IReadOnlyList<string> Fixed =>
        Training.Model is { } model ? [.. model.HyperParameters.Select(parameter => parameter.Name).Where(name => _dimensions.All(dimension => dimension.Parameter.Name != name))] : [];

    public string Method { get; set; } = "tpe";

    /// <summary>The objective: a metric of the trial's run.</summary>
    public string Metric { get; set; } = "";

    public string Direction { get; set; } = "minimize";

    /// <summary>At most; null: the server's default, and all points of a grid.</summary>
    public int? Trials { get; set; }

    /// <summary>Trials that wait or run at a time.</summary>
    public int Parallel { get; set; } = 1;

    public int Seed { get; set; } = 1;

    /// <summary>Values of each range in a grid.</summary>
    public int GridPoints { get; set; } = 3;

    /// <summary>Whether trials that fall behind the others' median are stopped.</summary>
    public bool IsPruned { get; set; }

    /// <summary>Logged as trials go; empty: the objective.</summary>
    public string PruningMetric { get; set; } = "";

    /// <summary>Trials that must have completed before any is pruned.</summary>
    public int StartTrials { get; set; } = 5;

    /// <summary>Steps in which a trial is not judged.</summary>
    public long WarmUpSteps { get; set; }

    public bool IsGrid => Method == "grid";

    public bool IsReady => Training.IsReady && Metric.Trim().Length > 0 && _dimensions.Count > 0 && _dimensions.All(dimension => dimension.IsReady);

    /// <summary>Varies a further hyper-parameter; one that the model has not, or that is varied already, is let be.</summary>
    public void Vary(string? name)
    {
        if (name is not null && Fixed.Contains(name))
        {
            _dimensions.Add(new DimensionForm(Training.Model!.HyperParameters.Single(parameter => parameter.Name == name)));
        }
    }

    public void Fix(DimensionForm dimension) => _dimensions.Remove(dimension);

    /// <summary>After another model, dataset or pipeline was chosen: another model has other hyper-parameters to vary.</summary>
    public void Settle()
    {
        Training.Settle();
        if (_model != Training.ModelId)
        {
            _model = Training.ModelId;
            _dimensions.Clear();
        }
    }

    public SearchRequest ToRequest()
    {
        var training = Training.ToRequest();
        var space = _dimensions.ToDictionary(dimension => dimension.Parameter.Name, dimension => dimension.ToDimension(), StringComparer.Ordinal);
        return new SearchRequest
        {
            Model = training.Model,
            Dataset = training.Dataset,
            Experiment = training.Experiment,
            RunName = training.RunName,
            TrainEnd = training.TrainEnd,
            RegisterAs = training.RegisterAs,
            CheckpointEvery = training.CheckpointEvery,
            Evaluation = training.Evaluation,
            Features = training.Features,
            Parameters = training.Parameters.Where(parameter => !space.ContainsKey(parameter.Key)).ToDictionary(parameter => parameter.Key, parameter => parameter.Value, StringComparer.Ordinal),
            Space = space,
            Method = Method,
            Metric = Metric.Trim(),
            Direction = Direction,
            Trials = Trials,
            Parallel = Parallel,
            Seed = Seed,
            GridPoints = IsGrid ? GridPoints : null,
            Pruning = IsPruned ? new SearchPruning { Metric = TrainingForm.NullIfBlank(PruningMetric), StartTrials = StartTrials, WarmUpSteps = WarmUpSteps } : null,
        };
    }
}
