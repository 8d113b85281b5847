using System.Text.Json.Serialization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>One declared family of features. A feature of a row is made of that row and those before it, never of one after it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ReturnsStep), "returns")]
[JsonDerivedType(typeof(RealisedVolatilityStep), "realised_volatility")]
[JsonDerivedType(typeof(FractionalDifferenceStep), "fractional_difference")]
[JsonDerivedType(typeof(TechnicalStep), "technical")]
[JsonDerivedType(typeof(MicrostructureStep), "microstructure")]
public abstract record FeatureStep
{
    /// <summary>What its columns are called, in order.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Columns of numbers that it reads.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<string> Reads { get; }

    /// <summary>One column for each of <see cref="Names"/>, as long as the rows; NaN where there is too little history.</summary>
    /// <exception cref="ModelTrainingException">A column is missing.</exception>
    public abstract double[][] Compute(TrainingData rows);

    /// <exception cref="ModelTrainingException">A setting is out of range; the message names it, its value and the range.</exception>
    public abstract void Check();

    private protected static void Require(bool fits, string name, object value, string expected)
    {
        if (!fits)
        {
            throw new ModelTrainingException(FormattableString.Invariant($"The feature pipeline's '{name}' is {value}: expected {expected}."));
        }
    }

    /// <summary>The natural logarithms of a column.</summary>
    /// <exception cref="ModelTrainingException">A number is not above 0.</exception>
    private protected static double[] Logs(TrainingData rows, string column)
    {
        var numbers = rows.Numbers(column);
        var odd = Array.FindIndex(numbers, number => !(number > 0) || double.IsInfinity(number));
        return odd < 0
            ? Array.ConvertAll(numbers, Math.Log)
            : throw new ModelTrainingException(FormattableString.Invariant($"Row {odd}, column '{column}' is {numbers[odd]}: expected a number above 0, of which there are logarithms."));
    }
}
