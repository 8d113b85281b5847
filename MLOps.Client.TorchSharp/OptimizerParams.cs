using System.Globalization;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace MLOps.Client.Autologging;

/// <summary>An optimizer's name and hyper-parameters, as run parameters.</summary>
internal static class OptimizerParams
{
    /// <summary><c>optimizer_name</c>, <c>lr</c> and what the optimizer's own options hold (<c>beta1</c>, <c>weight_decay</c>, …); from a second parameter group on, with the suffix <c>_group_1</c>.</summary>
    public static Dictionary<string, object?> Of(Optimizer optimizer)
    {
        var result = new Dictionary<string, object?>(StringComparer.Ordinal) { ["optimizer_name"] = optimizer.GetType().Name };
        var index = 0;
        foreach (var group in optimizer.ParamGroups)
        {
            var suffix = Suffix(index++);
            result["lr" + suffix] = group.LearningRate;
            if (group is ParamGroup { Options: { } options })
            {
                // Each optimizer has an options class of its own, with public fields and no common face.
                foreach (var field in options.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance).OrderBy(field => field.Name, StringComparer.Ordinal))
                {
                    if (field.GetValue(options) is { } value && value is double or float or long or int or bool or string)
                    {
                        result[field.Name + suffix] = value;
                    }
                }
            }
        }

        return result;
    }

    /// <summary>The learning rate now: <c>learning_rate</c>, from a second parameter group on with a suffix.</summary>
    public static Dictionary<string, double> LearningRates(Optimizer optimizer) =>
        optimizer.ParamGroups.Select((group, index) => (Name: "learning_rate" + Suffix(index), group.LearningRate))
            .ToDictionary(pair => pair.Name, pair => pair.LearningRate, StringComparer.Ordinal);

    private static string Suffix(int group) => group == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"_group_{group}");
}
