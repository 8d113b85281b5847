using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Silo.Training;

namespace MLOps.Silo.Tests.Training;

/// <summary>What a request for an evaluation may say.</summary>
public sealed class JobEvaluationCheckTests
{
    public static TheoryData<EvaluationSpec, string> Bad => new()
    {
        { Cross("kfold", 5), "'evaluation.method' is 'kfold': expected expanding, rolling, purgedKFold, combinatorialPurged, shuffledKFold" },
        { Cross(EvaluationSpec.PurgedKFold, 1), "'evaluation.folds' is '1': expected 2 to 1000" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { Gap = 3 }, "'evaluation.gap' is '3': expected none with purgedKFold" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { FirstTrainEnd = "2010-12-31" }, "'evaluation.first_train_end' is '2010-12-31': expected none with purgedKFold" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { TestGroups = 2 }, "'evaluation.test_groups' is '2': expected none but with combinatorialPurged" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { EmbargoRows = -1 }, "'evaluation.embargo_rows' is '-1'" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { EmbargoRows = 1, EmbargoFraction = 0.1 }, "'evaluation.embargo_fraction' is '0.1': expected a number from 0 to below 1, and no embargo_rows beside it" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { EmbargoFraction = 1 }, "'evaluation.embargo_fraction' is '1'" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { EmbargoFraction = double.NaN }, "'evaluation.embargo_fraction' is 'NaN'" },
        { Cross(EvaluationSpec.PurgedKFold, 5) with { LabelHorizon = -1 }, "'evaluation.label_horizon' is '-1'" },
        { Cross(EvaluationSpec.Expanding, 5) with { LabelHorizon = 1 }, "'evaluation.label_horizon' is '1': expected none with expanding, which takes a gap" },
        { Cross(EvaluationSpec.ShuffledKFold, 5) with { EmbargoRows = 1 }, "'evaluation.embargo_rows' is '1': expected none with shuffledKFold" },
        { Cross(EvaluationSpec.CombinatorialPurged, 4) with { TestGroups = 4 }, "'test_groups' is 4: expected 1 to 3" },
        { Cross(EvaluationSpec.CombinatorialPurged, 40) with { TestGroups = 20 }, "at most 10000 trainings" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Check_CrossValidationThatMakesNoSense_NamesTheField(EvaluationSpec evaluation, string said)
    {
        var error = Assert.Throws<MLOpsException>(() => Check(evaluation));
        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhatFits_Passes()
    {
        Check(null);
        Check(new EvaluationSpec(1, 1, EvaluationSpec.Rolling, 5, "2010-12-31"));
        Check(Cross(EvaluationSpec.Rolling, 1));
        Check(Cross(EvaluationSpec.PurgedKFold, 2) with { EmbargoRows = 0, LabelHorizon = 0 });
        Check(Cross(EvaluationSpec.CombinatorialPurged, 6) with { TestGroups = 2, EmbargoFraction = 0 });
    }

    private static EvaluationSpec Cross(string method, int folds) => new(folds, 1, EvaluationSpec.Expanding, 0, null, method);

    private static void Check(EvaluationSpec? evaluation) => JobEvaluation.Check(evaluation, new ModelCatalog().Find("boosted-trees")!, new Dictionary<string, string>());
}
