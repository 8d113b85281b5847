using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Models.Catalog;

namespace MLOps.Silo.Training;

/// <summary>Keeps a job to its threads: more than the machine's spare cores would only hold up each other and whoever serves.</summary>
internal static class ThreadBudget
{
    private const string Parameter = "threads";

    /// <exception cref="MLOpsException">InvalidArgument: more threads are asked for than a job may have.</exception>
    public static void Check(IReadOnlyDictionary<string, string> given, TrainingOptions options)
    {
        if (given.TryGetValue(Parameter, out var text)
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var threads)
            && threads > options.Threads)
        {
            throw new MLOpsException(
                ProblemCode.InvalidArgument,
                $"'parameters.{Parameter}' is {threads}: a job may have at most {options.Threads} here ({TrainingOptions.SectionName}:{nameof(TrainingOptions.ThreadsPerJob)}).");
        }
    }

    /// <returns>The given hyper-parameters, with a model's default number of threads lowered to the budget of this silo.</returns>
    public static Dictionary<string, string> Apply(IModelDefinition model, IReadOnlyList<KeyValue> given, TrainingOptions options)
    {
        var values = given.ToDictionary(parameter => parameter.Key, parameter => parameter.Value);
        if (model.HyperParameters.FirstOrDefault(parameter => parameter.Name == Parameter) is { Type: HyperParameterType.WholeNumber } declared
            && int.Parse(values.GetValueOrDefault(Parameter, declared.Default), CultureInfo.InvariantCulture) > options.Threads)
        {
            values[Parameter] = options.Threads.ToString(CultureInfo.InvariantCulture);
        }

        return values;
    }
}
