using MLOps.Client.Datasets;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Client.Training.Retraining;

namespace MLOps.Dashboard.Training.Retraining;

/// <summary>A retraining policy that a person is about to set.</summary>
public sealed class PolicyForm
{
    private string _wanted = "";

    public string Endpoint { get; set; } = "";

    /// <summary>Model, dataset, hyper-parameters, features, evaluation and checkpoints of its jobs.</summary>
    public TrainingForm Training { get; } = new();

    /// <summary>Days between two trainings; null: no schedule.</summary>
    public double? Days { get; set; } = 7;

    public bool OnDrift { get; set; } = true;

    /// <summary>The newest rows, which the training does not see.</summary>
    public int ValidationRows { get; set; } = 250;

    /// <summary>Figure of the model's evaluation.</summary>
    public string Metric { get; set; } = "";

    public string Direction { get; set; } = "minimize";

    /// <summary>Null: the version that is served has to be beaten.</summary>
    public double? Threshold { get; set; }

    /// <summary>Whether a version that passes gets traffic by itself.</summary>
    public bool HasCanary { get; set; }

    /// <summary>The steps of that canary.</summary>
    public Endpoints.CanaryForm Canary { get; } = new();

    public bool IsReady => Endpoint.Length > 0 && Training.IsReady && Metric.Trim().Length > 0 && (Days is not null || OnDrift);

    /// <summary>Chooses an endpoint before it is known which there are.</summary>
    public void Want(string endpoint) => _wanted = Endpoint = endpoint;

    /// <summary>Takes what there is to choose from; keeps what has been chosen.</summary>
    public void Offer(IReadOnlyList<ServingEndpoint> endpoints, IReadOnlyList<CatalogModel> catalog, IReadOnlyList<Dataset> datasets)
    {
        Training.Offer(catalog, datasets);
        if (endpoints.All(endpoint => endpoint.Name != Endpoint))
        {
            Endpoint = endpoints.Any(endpoint => endpoint.Name == _wanted) ? _wanted : endpoints.Count > 0 ? endpoints[0].Name : "";
        }
    }

    public RetrainingPolicyRequest ToRequest()
    {
        var training = Training.ToRequest();
        return new RetrainingPolicyRequest
        {
            Model = training.Model,
            Dataset = training.Dataset,
            Experiment = training.Experiment,
            Parameters = training.Parameters,
            Features = training.Features,
            Evaluation = training.Evaluation,
            CheckpointEvery = training.CheckpointEvery,
            RegisterAs = training.RegisterAs,
            EverySeconds = Days * 86_400,
            OnDrift = OnDrift,
            ValidationRows = ValidationRows,
            Metric = Metric.Trim(),
            Direction = Direction,
            Threshold = Threshold,
            Canary = HasCanary ? CanaryOf(Canary.ToRequest("")) : null,
        };
    }

    private static RetrainingCanary CanaryOf(CanaryRequest canary) => new()
    {
        Steps = canary.Steps,
        MaxErrorRate = canary.MaxErrorRate,
        MaxP99Ratio = canary.MaxP99Ratio,
        OnDrift = canary.OnDrift,
        MinSamples = canary.MinSamples,
    };
}
