using MLOps.Models.Classical.Likelihood;

namespace MLOps.Models.Classical.Hawkes;

/// <summary>Self-exciting events (Hawkes 1971): λ(t) = μ + α·Σ exp(−β·(t − tᵢ)) over the events before t. The first event is history: it excites and is not scored.</summary>
/// <param name="Mu">μ, events a unit of time that nothing excites.</param>
/// <param name="Alpha">α, what an event adds to the intensity.</param>
/// <param name="Beta">β, how fast that decays.</param>
internal readonly record struct HawkesProcess(double Mu, double Alpha, double Beta)
{
    /// <summary>n = α/β: events that an event brings about on average.</summary>
    public double Branching => Alpha / Beta;

    /// <summary>After one event alone.</summary>
    public const double FirstExcitation = 1;

    /// <summary>From one event to the next.</summary>
    /// <param name="excitation">Σ exp(−β·(t − tᵢ)) just after the event before.</param>
    public HawkesStep Step(double gap, double excitation)
    {
        var decay = Math.Exp(-Beta * gap);
        var before = excitation * decay;
        return new HawkesStep(Mu + (Alpha * before), before + 1, (Mu * gap) + (Branching * excitation * (1 - decay)));
    }

    public HawkesStep[] Run(ReadOnlySpan<double> gaps)
    {
        var steps = new HawkesStep[gaps.Length];
        var excitation = FirstExcitation;
        for (var i = 0; i < gaps.Length; i++)
        {
            steps[i] = Step(gaps[i], excitation);
            excitation = steps[i].Excitation;
        }

        return steps;
    }

    /// <summary>Log-likelihood by μ, n and β in one pass (Ozaki 1979); the window ends with the last event.</summary>
    public static Jet LogLikelihood(ReadOnlySpan<double> gaps, Jet mu, Jet branching, Jet beta)
    {
        var alpha = branching * beta;
        Jet excitation = FirstExcitation, sum = 0;
        foreach (var gap in gaps)
        {
            var decay = Jet.Exp(beta * -gap);
            var before = excitation * decay;
            sum += Jet.Log(mu + (alpha * before)) - (mu * gap) - (branching * (excitation - before));
            excitation = before + 1;
        }

        return sum;
    }
}
