using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace MLOps.Client.Autologging;

/// <summary>A model's layers in a table of text: name, type, the shapes of its own parameters, how many they are, and the shape of what it puts out.</summary>
public static class ModelSummary
{
    private static readonly string[] Headings = ["layer", "type", "parameter shapes", "parameters", "output shape"];

    /// <param name="exampleInput">Passed through the model once, without gradients, in evaluation mode; null: no output shapes. Layers that take or give anything but one tensor have none either.</param>
    /// <returns>One line a layer, then the totals.</returns>
    public static string Of(nn.Module model, Tensor? exampleInput = null)
    {
        var layers = new List<(string Name, nn.Module Module)> { ("(model)", model) };
        layers.AddRange(model.named_modules().Where(pair => !ReferenceEquals(pair.module, model)).Select(pair => (pair.name, pair.module)));
        var outputs = exampleInput is null ? [] : OutputShapes(model, layers.Select(layer => layer.Module), exampleInput);
        var rows = new List<string[]> { Headings };
        foreach (var (name, module) in layers)
        {
            var own = module.named_parameters(recurse: false).ToList();
            rows.Add(
            [
                name,
                module.GetType().Name,
                own.Count == 0 ? "-" : string.Join(' ', own.Select(pair => $"{pair.name} {Shape(pair.parameter.shape)}")),
                Count(own.Sum(pair => pair.parameter.numel())),
                outputs.TryGetValue(module, out var shape) ? Shape(shape) : "-",
            ]);
        }

        var all = model.parameters().ToList();
        var trainable = all.Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel());
        var total = all.Sum(parameter => parameter.numel());
        return Table(rows)
            + $"\ntotal parameters: {Count(total)}\ntrainable parameters: {Count(trainable)}\nother parameters: {Count(total - trainable)}\n";
    }

    private static Dictionary<nn.Module, long[]> OutputShapes(nn.Module model, IEnumerable<nn.Module> modules, Tensor input)
    {
        var shapes = new Dictionary<nn.Module, long[]>(ReferenceEqualityComparer.Instance);
        if (model is not nn.Module<Tensor, Tensor> callable)
        {
            return shapes;
        }

        var removals = new List<Action>();
        var training = model.training;
        try
        {
            foreach (var module in modules.OfType<nn.Module<Tensor, Tensor>>())
            {
                var hook = module.register_forward_hook((layer, _, output) =>
                {
                    shapes[layer] = output.shape;
                    return output;
                });
                removals.Add(hook.remove);
            }

            // Evaluation mode: the look must not change a layer's running statistics.
            model.eval();
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            callable.call(input);
        }
        finally
        {
            model.train(training);
            removals.ForEach(remove => remove());
        }

        return shapes;
    }

    private static string Table(List<string[]> rows)
    {
        var widths = Enumerable.Range(0, Headings.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string Shape(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
