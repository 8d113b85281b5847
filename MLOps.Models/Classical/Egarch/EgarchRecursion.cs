using MLOps.Models.Classical.Garch;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Egarch;

/// <summary>EGARCH(1,1): ln h(t+1) = ω + α·z(t) + γ·(|z(t)| − √(2/π)) + β·ln h(t), z = e/√h (Nelson 1991). α is the sign's weight (negative: falls raise the variance), γ the size's.
/// √(2/π) is the mean of |z| of the normal under either density; with a Student t that moves ω only.</summary>
internal sealed class EgarchRecursion : VarianceRecursion
{
    private const int Mu = 0;
    private const int Omega = 1;
    private const int Alpha = 2;
    private const int Gamma = 3;
    private const int Beta = 4;

    private static readonly double MeanSize = Math.Sqrt(2 / Math.PI);

    private readonly double[] _z = new double[5];
    private readonly double[] _log = new double[5];

    public override IReadOnlyList<string> Parameters { get; } = ["omega", "alpha", "gamma", "beta"];

    public override IReadOnlyList<(double Lower, double Upper)> Bounds { get; } = [(-20, 20), (-3, 3), (-3, 3), (-0.99999, 0.99999)];

    public override bool HasCorners => true;

    public override string Formula => "ln h[t+1] = omega + alpha*z[t] + gamma*(|z[t]| - sqrt(2/pi)) + beta*ln h[t], z = (y-mu)/sqrt(h)";

    public override string PresampleRule => "ln h[0] = ln mean((y-mu)^2) over the fitted days, z[0] = 0 and |z[0]| = sqrt(2/pi)";

    public override string Constraints => "-1 < beta < 1; alpha is the sign's weight, gamma the size's; the variance is positive by its form";

    public override IEnumerable<double[]> StartingPoints =>
        from alpha in (double[])[-0.1, 0]
        from gamma in (double[])[0.05, 0.15, 0.3]
        from beta in (double[])[0.8, 0.9, 0.96, 0.99]
        select new[] { 0, alpha, gamma, beta };

    /// <remarks>ln(unit²·h) = ln h + 2·ln unit on both sides.</remarks>
    public override void Rescale(Span<double> parameters, double unit) => parameters[0] += 2 * (1 - parameters[3]) * Math.Log(unit);

    public override void Start(ReadOnlySpan<double> theta, in Presample presample, int derivatives, VarianceState state)
    {
        var beta = theta[Beta];
        var level = Math.Log(presample.Square);
        var slope = presample.Slope / presample.Square;
        state.Variance = Math.Exp(theta[Omega] + (beta * level));
        if (derivatives == 0)
        {
            return;
        }

        Array.Clear(_log);
        _log[Mu] = beta * slope;
        _log[Omega] = 1;
        _log[Beta] = level;
        Array.Clear(state.Hessian);
        var n = theta.Length;
        state.Hessian[(Mu * n) + Mu] = beta * ((2 / presample.Square) - (slope * slope));
        state.Hessian[(Mu * n) + Beta] = state.Hessian[(Beta * n) + Mu] = slope;
        FromLog(n, state);
    }

    public override void Step(ReadOnlySpan<double> theta, double residual, int derivatives, VarianceState state)
    {
        var beta = theta[Beta];
        var deviation = Math.Sqrt(state.Variance);
        var z = residual / deviation;
        var next = Math.Exp(theta[Omega] + (theta[Alpha] * z) + (theta[Gamma] * (Math.Abs(z) - MeanSize)) + (beta * Math.Log(state.Variance)));
        if (derivatives > 0)
        {
            Differentiate(theta, z, 1 / deviation, state);
        }

        state.Variance = next;
        if (derivatives > 0)
        {
            FromLog(theta.Length, state);
        }
    }

    public override double Persistence(ReadOnlySpan<double> theta) => Math.Abs(theta[Beta]);

    /// <summary>Without news the log-variance is deterministic and β only says how fast it forgets its start.</summary>
    public override IEnumerable<(int Index, double Value)> Unidentified(ReadOnlySpan<double> theta) =>
        theta[Alpha] == 0 && theta[Gamma] == 0 ? [(Alpha, 0), (Gamma, 0), (Beta, 0)] : [];

    public override string WriteStep(OnnxGraphBuilder graph, ReadOnlySpan<double> theta, string residual, string variance)
    {
        var z = graph.Node("Div", [residual, graph.Node("Sqrt", [variance])]);
        var sign = graph.Node("Mul", [graph.Constant("alpha", [theta[Alpha]], []), z]);
        var surprise = graph.Node("Sub", [graph.Node("Abs", [z]), graph.Constant("mean_size", [MeanSize], [])]);
        var size = graph.Node("Mul", [graph.Constant("gamma", [theta[Gamma]], []), surprise]);
        var memory = graph.Node("Mul", [graph.Constant("beta", [theta[Beta]], []), graph.Node("Log", [variance])]);
        var news = graph.Node("Add", [graph.Node("Add", [graph.Constant("omega", [theta[Omega]], []), sign]), size]);
        return graph.Node("Exp", [graph.Node("Add", [news, memory])]);
    }

    /// <summary>From the derivatives of h(t) to those of ln h(t+1), left in <c>_log</c> and in the state's Hessian.</summary>
    private void Differentiate(ReadOnlySpan<double> theta, double z, double inverse, VarianceState state)
    {
        var n = theta.Length;
        var (gradient, hessian) = (state.Gradient, state.Hessian);
        var (beta, size) = (theta[Beta], Math.Abs(z));

        // Not Math.Sign: parameters under which the variance leaves the numbers have no likelihood, and that is no error.
        var side = z > 0 ? 1 : z < 0 ? -1 : 0;
        var weight = theta[Alpha] + (theta[Gamma] * side);
        Span<double> before = stackalloc double[5];
        for (var i = 0; i <= Beta; i++)
        {
            before[i] = gradient[i] / state.Variance;
            _z[i] = -0.5 * z * before[i];
        }

        _z[Mu] -= inverse;
        for (var i = 0; i <= Beta; i++)
        {
            for (var j = i; j <= Beta; j++)
            {
                var log = (hessian[(i * n) + j] / state.Variance) - (before[i] * before[j]);

                // ∂²z: z = e·h^−½, and only e depends on μ directly.
                var zz = (-0.5 * z * log) + (0.25 * z * before[i] * before[j])
                    + ((i == Mu ? 0.5 * inverse * before[j] : 0) + (j == Mu ? 0.5 * inverse * before[i] : 0));
                hessian[(i * n) + j] = (weight * zz) + (beta * log)
                    + Cross(i, j, side, before) + Cross(j, i, side, before);
                hessian[(j * n) + i] = hessian[(i * n) + j];
            }
        }

        for (var i = 0; i <= Beta; i++)
        {
            _log[i] = (weight * _z[i]) + (beta * before[i]);
        }

        _log[Omega] += 1;
        _log[Alpha] += z;
        _log[Gamma] += size - MeanSize;
        _log[Beta] += Math.Log(state.Variance);
    }

    /// <summary>What parameter <paramref name="i"/> multiplies, differentiated by parameter <paramref name="j"/>.</summary>
    private double Cross(int i, int j, int sign, ReadOnlySpan<double> before) => i switch
    {
        Alpha => _z[j],
        Gamma => sign * _z[j],
        Beta => before[j],
        _ => 0,
    };

    /// <summary>From derivatives of ln h to those of h.</summary>
    private void FromLog(int n, VarianceState state)
    {
        for (var i = 0; i <= Beta; i++)
        {
            state.Gradient[i] = state.Variance * _log[i];
            for (var j = 0; j <= Beta; j++)
            {
                state.Hessian[(i * n) + j] = state.Variance * (state.Hessian[(i * n) + j] + (_log[i] * _log[j]));
            }
        }
    }
}
