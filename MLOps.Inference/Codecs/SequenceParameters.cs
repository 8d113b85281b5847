using System.Globalization;
using MLOps.Inference.Sequences;

namespace MLOps.Inference.Codecs;

/// <summary>The request parameters by which clients of the protocol name a sequence's step, as Triton reads them.</summary>
public static class SequenceParameters
{
    public const string Id = "sequence_id";
    public const string Start = "sequence_start";
    public const string End = "sequence_end";

    /// <returns>Null: the request is of no sequence, which an id of 0 or of no characters says too.</returns>
    /// <exception cref="InferenceException">InvalidRequest: an id that is neither text nor a whole number, a flag that is no boolean, or a flag without an id.</exception>
    public static SequenceStep? Read(OipParameters parameters) => Read(name => parameters[name]);

    /// <summary>As <see cref="Read(OipParameters)"/>, from another protocol's parameters.</summary>
    /// <param name="parameters">A parameter's value by its name; null: not given.</param>
    /// <exception cref="InferenceException">As there.</exception>
    public static SequenceStep? Read(Func<string, object?> parameters)
    {
        var id = parameters(Id) switch
        {
            null => "",
            string text => text,
            long and 0 => "",
            long number => number.ToString(CultureInfo.InvariantCulture),
            ulong and 0 => "",
            ulong number => number.ToString(CultureInfo.InvariantCulture),

            // Ids are unsigned in Triton; in JSON what is over the signed range came as a double, which does not hold it exactly.
            _ => throw InferenceException.Invalid($"Parameter '{Id}' must be a text or a whole number below 2^63."),
        };
        var (start, end) = (Flag(Start, parameters), Flag(End, parameters));
        if (id.Length > 0)
        {
            return new SequenceStep(id, start, end);
        }

        return start || end
            ? throw InferenceException.Invalid($"'{Start}' and '{End}' need a '{Id}'.")
            : null;
    }

    private static bool Flag(string name, Func<string, object?> parameters) => parameters(name) switch
    {
        null => false,
        bool value => value,
        _ => throw InferenceException.Invalid($"Parameter '{name}' must be true or false."),
    };
}
