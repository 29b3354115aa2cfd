/**
 * What the error doctor says, in French. Total by type: a new cause does not compile without words.
 */
import type { CAUSES_EN } from './cause-words-en.ts'

export const CAUSES_FR: Readonly<Record<keyof typeof CAUSES_EN, string>> = {
  grant_over:
    "Le fournisseur indique que l'autorisation pour cette boîte a pris fin. Son titulaire doit se connecter à nouveau : lancez Init. Token.",
  grant_revoked:
    "L'autorisation a été retirée : toutes les sessions ont été révoquées ou le mot de passe a changé. Son titulaire doit se connecter à nouveau : lancez Init. Token.",
  token_expired:
    "Le jeton d'actualisation est resté inutilisé si longtemps que le fournisseur y a mis fin. Son titulaire doit se connecter à nouveau : lancez Init. Token.",
  sign_in_frequency:
    "Une règle de l'organisation exige une nouvelle connexion après un certain temps, quel que soit l'usage. Lancez Init. Token et exceptez cette application de la règle, ou utilisez une application autonome (app-only).",
  second_factor_needed:
    'Le fournisseur demande un second facteur. Le titulaire doit se connecter à nouveau : lancez Init. Token.',
  spa_token_expired:
    "L'URL de redirection est déclarée comme application monopage, dont les jetons prennent fin au bout de 24 heures. Déclarez-la avec la plateforme Web, puis lancez Init. Token.",
  consent_missing:
    "Personne n'a consenti à ce que l'application demande. Un administrateur de l'organisation accorde le consentement, puis on lance Init. Token.",
  code_spent:
    'La réponse du fournisseur a déjà été utilisée ou est arrivée trop tard. Lancez Init. Token encore une fois.',
  device_code_dead:
    "Le code d'appareil a pris fin ou n'a jamais été valable. Lancez Init. Token encore une fois.",
  possibly_lost:
    "Une actualisation a été interrompue et ce fournisseur n'accepte chaque jeton qu'une fois : il est peut-être consommé. Si les essais suivants échouent, le titulaire doit se connecter à nouveau : lancez Init. Token.",
  other_person:
    "Le fournisseur a répondu avec les jetons de quelqu'un d'autre. Ils n'ont pas été enregistrés. Vérifiez le compte chez le fournisseur, puis lancez Init. Token.",
  declined:
    'La personne a refusé chez le fournisseur. Voyez avec elle, puis lancez Init. Token encore une fois.',
  interaction_needed:
    'Le fournisseur veut que le titulaire fasse quelque chose à la connexion. Que le titulaire se connecte chez le fournisseur, ou lancez Init. Token.',
  device_pending: "Le titulaire n'a pas encore saisi le code chez le fournisseur.",
  identity_unproven:
    "Le fournisseur ne prouve pas qui s'est connecté : son id_token n'est pas valable. Vérifiez l'horloge du serveur, le client ID et l'émetteur.",
  other_issuer:
    "Un autre fournisseur que celui interrogé a répondu. Rien n'a été enregistré. Vérifiez l'émetteur de l'application ; s'il est juste, quelqu'un a tenté de confondre les fournisseurs.",
  session_over:
    "La personne qui a commencé Init. Token est déconnectée ou n'est plus administrateur. Connectez-vous et recommencez.",
  account_changed:
    'Le compte de messagerie a été modifié pendant Init. Token. Lancez Init. Token encore une fois.',
  user_locked:
    "Le fournisseur a verrouillé le compte après trop d'essais de connexion. Il se rouvre de lui-même ou par son titulaire ; les jetons sont conservés.",
  password_expired:
    'Le mot de passe du compte chez le fournisseur a expiré. Son titulaire en choisit un nouveau ; les jetons sont conservés.',
  user_disabled:
    'Le compte est désactivé chez le fournisseur. Un administrateur y remédie ; les jetons sont conservés.',
  wrong_password: "Le fournisseur indique que le nom d'utilisateur ou le mot de passe était faux.",
  user_not_assigned:
    "La personne n'est pas affectée à l'application. Affectez-la dans Applications d'entreprise, Utilisateurs et groupes ; les jetons sont conservés.",
  user_unknown:
    "Le tenant ne connaît pas le compte. Vérifiez le tenant ID et l'adresse ; les jetons sont conservés.",
  policy_blocks:
    "Une règle de l'organisation bloque la connexion (accès conditionnel, paramètres de sécurité par défaut, accès des applications). Le journal des connexions du fournisseur la nomme ; les jetons sont conservés.",
  secret_expired:
    "Le secret client a pris fin. Créez-en un nouveau chez le fournisseur et saisissez-le dans l'application. Aucun compte n'est perdu.",
  secret_wrong:
    "Le secret client n'est pas le bon. Copiez la valeur du secret, pas son identifiant. Aucun compte n'est perdu.",
  secret_missing:
    "Le fournisseur veut un secret client ou, pour les codes d'appareil, que les flux de clients publics soient permis. Aucun compte n'est perdu.",
  secret_not_wanted:
    "L'URL de redirection est déclarée pour un client public, qui n'a pas de secret. Déclarez-la avec la plateforme Web ou retirez le secret.",
  assertion_wrong:
    "Le fournisseur n'accepte pas le certificat : un autre y est déposé, ou l'horloge du serveur est fausse. Aucun compte n'est perdu.",
  application_unknown:
    "Le fournisseur ne connaît pas le client ID dans ce tenant. Vérifiez client ID, tenant ID et cloud. Aucun compte n'est perdu.",
  application_disabled:
    "L'application est désactivée chez le fournisseur. Un administrateur y remédie. Aucun compte n'est perdu.",
  client_refused:
    "Le fournisseur refuse l'application : client ID, secret ou certificat. Aucun compte n'est perdu.",
  client_not_allowed:
    "L'application n'a pas ce droit chez le fournisseur. Vérifiez pour quelles manières d'obtenir des jetons elle est déclarée.",
  scopes_wrong:
    "Le fournisseur n'accepte pas les scopes, ou ils relèvent de plusieurs ressources. Remettez les scopes préremplis.",
  spa_redirect:
    "L'URL de redirection est déclarée comme application monopage. Déclarez-la avec la plateforme Web.",
  redirect_wrong:
    "L'URL de redirection n'est pas déclarée. Copiez-la de l'application chez le fournisseur, à la lettre près.",
  tenant_needed:
    "L'application appartient à un seul tenant et est interrogée sans lui. Saisissez le tenant ID.",
  tenant_unknown:
    'Le fournisseur ne connaît pas le tenant. Vérifiez tenant ID, URL racine et cloud.',
  wrong_cloud: 'Le tenant est dans un autre cloud du fournisseur. Choisissez ce cloud.',
  loop_detected:
    "Le fournisseur a vu la même demande trop souvent et demande une pause. L'essai est repris de lui-même.",
  throttled: "Le fournisseur demande une pause. L'essai est repris de lui-même.",
  provider_down: "Le fournisseur a une panne en ce moment. L'essai est repris de lui-même.",
  request_refused:
    'Le fournisseur ne comprend pas la demande. Vérifiez les adresses et les scopes.',
  answer_strange:
    "Le fournisseur a répondu autre chose que ce que répond un tel service. Vérifiez l'adresse ; il y a peut-être un proxy entre les deux.",
  dns: "Le nom du fournisseur n'a pas d'adresse. Vérifiez l'adresse et le service de noms du serveur.",
  tls: "Le certificat du fournisseur n'est pas reconnu. Vérifiez l'adresse et l'horloge ; il y a peut-être un proxy entre les deux.",
  timeout: "Le fournisseur n'a pas répondu à temps. L'essai est repris de lui-même.",
  network: 'Le fournisseur est injoignable. Vérifiez le réseau et le pare-feu du serveur.',
  too_large:
    "La réponse est plus grande qu'aucun jeton. Vérifiez l'adresse ; il y a peut-être un proxy entre les deux.",
  not_allowed:
    "L'adresse n'est pas publique et l'exploitant n'a pas ouvert son réseau (PASSERELLE_ALLOW_PRIVATE_NETWORKS).",
  not_json:
    "Le fournisseur a répondu par une page au lieu d'un jeton. Vérifiez l'adresse ; il y a peut-être un proxy entre les deux.",
  empty: "Le fournisseur n'a rien répondu. L'essai est repris de lui-même.",
  smtp_off_for_tenant:
    "Le SMTP authentifié est désactivé pour tout le tenant. Un administrateur d'Exchange l'active, ou seulement pour cette boîte.",
  smtp_off_for_mailbox:
    "Le SMTP authentifié est désactivé pour cette boîte. Un administrateur d'Exchange l'active.",
  imap_off_for_mailbox:
    "IMAP ou POP est désactivé pour cette boîte. Un administrateur d'Exchange l'active.",
  password_sign_in_off:
    "Le serveur de messagerie n'accepte plus de mots de passe. Utilisez OAuth 2.",
  token_refused:
    "Le serveur de messagerie n'accepte pas le jeton : il est pour une autre boîte ou n'a pas le scope, ou le serveur ignore encore une nouvelle autorisation.",
  token_over: "Le jeton d'accès a pris fin pendant la connexion. Un nouveau est pris de lui-même.",
  mailbox_not_opened:
    "Le jeton est juste mais n'ouvre pas cette boîte. Vérifiez l'adresse, la licence et l'autorisation du délégué ou de l'application.",
  app_only_not_set_up:
    "Exchange ne connaît pas l'application ou ne lui a pas donné cette boîte. Déclarez son principal de service et donnez-lui la boîte.",
  send_as_denied:
    "La personne connectée ne peut pas envoyer sous cette adresse. Donnez au délégué ou à l'application le droit « Envoyer en tant que ».",
  too_many_connections: 'La boîte a trop de connexions en ce moment. Réessayez plus tard.',
  daily_limit: "La boîte a envoyé tout ce qu'elle peut en un jour.",
  mailbox_full: 'La boîte est pleine.',
  recipient_refused: "Le serveur de messagerie n'accepte pas le destinataire.",
  mail_server_busy: 'Le serveur de messagerie est occupé. Réessayez plus tard.',
  mail_server_refused: 'Le serveur de messagerie a refusé.',
}
