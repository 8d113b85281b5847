namespace MLOps.Inference.Codecs;

/// <summary>An output that a request asks for.</summary>
/// <param name="Binary">Whether its data comes as bytes after the JSON; null: as the request's default says.</param>
public sealed record OipRequestedOutput(string Name, bool? Binary)
{
    /// <exception cref="InferenceException">InvalidRequest: no name. NotOffered: an extension that is not.</exception>
    internal static OipRequestedOutput Of(string? name, OipParameters? parameters)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw InferenceException.Invalid("An output needs a name.");
        }

        if (parameters?["classification"] is not null)
        {
            throw InferenceException.NotOffered("The classification extension is not offered: ask for the output itself.");
        }

        OipParameters.RefuseSharedMemory(parameters, name);
        return new OipRequestedOutput(name, parameters?.GetBoolean("binary_data"));
    }
}
