using MLOps.Client.Datasets;
using MLOps.Client.Training;

namespace MLOps.Dashboard.Training;

/// <summary>What a person is about to train.</summary>
public sealed class TrainingForm
{
    private IReadOnlyList<CatalogModel> _catalog = [];
    private IReadOnlyList<Dataset> _datasets = [];
    private string _wanted = "";

    public CatalogModel? Model { get; private set; }

    /// <summary>Catalogue id; choosing another fills in that model's defaults.</summary>
    public string ModelId
    {
        get => Model?.Id ?? "";
        set => Choose(value);
    }

    public string Dataset { get; set; } = "";

    /// <summary>The datasets whose newest version has what the model needs; behind a pipeline, all of them: what it reads is the server's to check.</summary>
    public IReadOnlyList<Dataset> Fitting => Model?.Data is { } needs && !IsBehindFeatures ? [.. _datasets.Where(dataset => dataset.Versions.Count == 0 || needs.Fits(dataset.Versions[^1]))] : _datasets;

    public string Experiment { get; set; } = "financial-models";

    public string RunName { get; set; } = "";

    /// <summary>Last day of the training rows; null: all.</summary>
    public DateOnly? TrainEnd { get; set; }

    public string RegisterAs { get; set; } = "";

    /// <summary>Steps after which a checkpoint is due, if not by time before; null: the server's setting.</summary>
    public long? CheckpointEvery { get; set; }

    /// <summary>Values by hyper-parameter, as text.</summary>
    public IDictionary<string, string> Values { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Evaluation beside the training.</summary>
    public EvaluationForm Evaluation { get; } = new();

    /// <summary>Feature pipeline, where the model takes one.</summary>
    public FeaturesForm Features { get; } = new();

    /// <summary>Whether the model can be trained behind a pipeline: most of daily bars make their features by themselves.</summary>
    public bool TakesFeatures => Model?.TakesFeatures ?? Model?.Data is not { Kind: "ohlcv" };

    public bool IsReady => Model is not null && Dataset.Length > 0;

    /// <summary>Takes what there is to choose from; keeps what has been chosen.</summary>
    public void Offer(IReadOnlyList<CatalogModel> catalog, IReadOnlyList<Dataset> datasets)
    {
        (_catalog, _datasets) = (catalog, datasets);
        if (Model is null && catalog.Count > 0)
        {
            Choose(catalog.Any(model => model.Id == _wanted) ? _wanted : (catalog.FirstOrDefault(CanBeTrained) ?? catalog[0]).Id);
        }

        ChooseDataset();
    }

    /// <summary>Only what differs from the catalogue's defaults is sent: they stay the server's to say.</summary>
    public TrainingRequest ToRequest() => new()
    {
        Model = ModelId,
        Dataset = Dataset,
        Experiment = NullIfBlank(Experiment),
        RunName = NullIfBlank(RunName),
        TrainEnd = TrainEnd,
        RegisterAs = NullIfBlank(RegisterAs),
        CheckpointEvery = CheckpointEvery,
        Evaluation = Evaluation.ToRequest(),
        Features = IsBehindFeatures ? Features.ToJson() : null,
        Parameters = Changed(),
    };

    /// <summary>After a pipeline was taken or left: other datasets fit.</summary>
    public void Settle() => ChooseDataset();

    /// <summary>Hyper-parameters that differ from the catalogue's defaults.</summary>
    public IReadOnlyDictionary<string, string> Changed() => Model!.HyperParameters
        .Where(parameter => Values.TryGetValue(parameter.Name, out var value) && value.Trim().Length > 0 && value.Trim() != parameter.DefaultText)
        .ToDictionary(parameter => parameter.Name, parameter => Values[parameter.Name].Trim(), StringComparer.Ordinal);

    internal static string? NullIfBlank(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private bool IsBehindFeatures => TakesFeatures && Features.IsOn;

    private bool CanBeTrained(CatalogModel model) => model.Data is { } needs && _datasets.Any(dataset => dataset.Versions.Count > 0 && needs.Fits(dataset.Versions[^1]));

    private void Choose(string id)
    {
        _wanted = id;
        if (_catalog.FirstOrDefault(model => model.Id == id) is not { } model)
        {
            return;
        }

        Model = model;
        Evaluation.Offer(model);
        Values.Clear();
        foreach (var parameter in model.HyperParameters)
        {
            Values[parameter.Name] = parameter.DefaultText;
        }

        ChooseDataset();
    }

    /// <summary>Keeps what has been chosen as long as it fits the model.</summary>
    private void ChooseDataset()
    {
        if (Fitting.All(dataset => dataset.Name != Dataset))
        {
            Dataset = Fitting.Count > 0 ? Fitting[0].Name : "";
        }
    }
}
