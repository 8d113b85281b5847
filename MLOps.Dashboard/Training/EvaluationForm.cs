using MLOps.Client.Training;

namespace MLOps.Dashboard.Training;

/// <summary>An evaluation that a person wants beside a training.</summary>
public sealed class EvaluationForm
{
    private static readonly string[] WalkForward = [EvaluationMethods.Expanding, EvaluationMethods.Rolling];

    private string _method = EvaluationMethods.Expanding;

    public bool IsOn { get; set; }

    /// <summary>What the model can be evaluated by.</summary>
    public IReadOnlyList<string> Methods { get; private set; } = WalkForward;

    /// <summary>Why the model takes no cross-validation; null: it does.</summary>
    public string? NeedsUnbrokenRows { get; private set; }

    /// <summary>Choosing one that has groups proposes six of them.</summary>
    public string Method
    {
        get => _method;
        set
        {
            if (value != _method && value == EvaluationMethods.CombinatorialPurged && Folds == 5)
            {
                Folds = 6;
            }

            _method = value;
        }
    }

    public int Folds { get; set; } = 5;

    public int TestGroups { get; set; } = 2;

    public int Seeds { get; set; } = 1;

    /// <summary>Of the rows.</summary>
    public double EmbargoPercent { get; set; } = 1;

    /// <summary>Null: no label in the data's own columns looks ahead.</summary>
    public int? LabelHorizon { get; set; }

    public int Gap { get; set; }

    /// <summary>Null: half of the rows.</summary>
    public DateOnly? FirstTrainEnd { get; set; }

    public bool IsWalkForward => WalkForward.Contains(Method);

    public bool IsCombinatorial => Method == EvaluationMethods.CombinatorialPurged;

    public bool HasEmbargo => Method is EvaluationMethods.PurgedKFold or EvaluationMethods.CombinatorialPurged;

    /// <summary>Trainings of one seed.</summary>
    public double Trainings => IsCombinatorial ? Choices(Folds, TestGroups) : Folds;

    /// <summary>Whole ways through the rows that a combinatorial one makes.</summary>
    public double Paths => Choices(Folds - 1, TestGroups - 1);

    /// <summary>Takes what a model can be evaluated by; keeps what has been chosen as long as it can.</summary>
    public void Offer(CatalogModel model)
    {
        Methods = model.Evaluations.Count > 0 ? model.Evaluations : WalkForward;
        NeedsUnbrokenRows = model.NeedsUnbrokenRows;
        Method = Methods.Contains(Method) ? Method : Methods[0];
    }

    /// <returns>Null: none is wanted.</returns>
    public EvaluationRequest? ToRequest() => IsOn
        ? new EvaluationRequest
        {
            Method = Method,
            Folds = Folds,
            TestGroups = IsCombinatorial ? TestGroups : null,
            Seeds = Seeds,
            EmbargoFraction = HasEmbargo ? EmbargoPercent / 100 : null,
            LabelHorizon = IsWalkForward ? null : LabelHorizon,
            Gap = IsWalkForward ? Gap : null,
            FirstTrainEnd = IsWalkForward ? FirstTrainEnd : null,
        }
        : null;

    private static double Choices(int n, int k)
    {
        if (k > n)
        {
            return 0;
        }

        var count = 1.0;
        for (var i = 1; i <= Math.Min(k, n - k) && double.IsFinite(count); i++)
        {
            count = Math.Round(count * (n - Math.Min(k, n - k) + i) / i);
        }

        return count;
    }
}
