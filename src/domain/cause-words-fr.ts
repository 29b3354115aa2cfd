/**
 * What the error doctor says, in French. Total by type: a new cause does not compile without words.
 */
import type { CauseSaid } from './cause-words.ts'
import type { CAUSES_EN } from './cause-words-en.ts'

export const CAUSES_FR: Readonly<Record<keyof typeof CAUSES_EN, CauseSaid>> = {
  grant_over: {
    what: "Le fournisseur indique que l'autorisation pour cette boîte a pris fin.",
    todo: 'Son titulaire doit se connecter à nouveau : lancez Init. Token.',
  },
  grant_revoked: {
    what: "L'autorisation a été retirée : toutes les sessions ont été révoquées ou le mot de passe a changé.",
    todo: 'Son titulaire doit se connecter à nouveau : lancez Init. Token.',
  },
  token_expired: {
    what: "Le jeton d'actualisation est resté inutilisé si longtemps que le fournisseur y a mis fin.",
    todo: 'Son titulaire doit se connecter à nouveau : lancez Init. Token.',
  },
  sign_in_frequency: {
    what: "Une règle de l'organisation exige une nouvelle connexion après un certain temps, quel que soit l'usage.",
    todo: 'Lancez Init. Token et exceptez cette application de la règle, ou utilisez une application autonome (app-only).',
  },
  second_factor_needed: {
    what: 'Le fournisseur demande un second facteur.',
    todo: 'Le titulaire doit se connecter à nouveau : lancez Init. Token.',
  },
  spa_token_expired: {
    what: "L'URL de redirection est déclarée comme application monopage, dont les jetons prennent fin au bout de 24 heures.",
    todo: 'Déclarez-la avec la plateforme Web, puis lancez Init. Token.',
  },
  consent_missing: {
    what: "Personne n'a consenti à ce que l'application demande.",
    todo: "Un administrateur de l'organisation accorde le consentement, puis on lance Init. Token.",
  },
  scopes_missing: {
    what: "Le fournisseur a accordé moins que ce que l'application demande.",
    todo: "Ce qui a été donné est enregistré et utilisé. Un administrateur consent à ce qui manque, ou le titulaire l'accorde lors d'un nouvel Init. Token.",
  },
  code_spent: {
    what: 'La réponse du fournisseur a déjà été utilisée ou est arrivée trop tard.',
    todo: 'Lancez Init. Token encore une fois.',
  },
  device_code_dead: {
    what: "Le code d'appareil a pris fin ou n'a jamais été valable.",
    todo: 'Lancez Init. Token encore une fois.',
  },
  possibly_lost: {
    what: "Une actualisation a été interrompue et ce fournisseur n'accepte chaque jeton qu'une fois : il est peut-être consommé.",
    todo: 'Si les essais suivants échouent, le titulaire doit se connecter à nouveau : lancez Init. Token.',
  },
  other_person: {
    what: "Le fournisseur a répondu avec les jetons de quelqu'un d'autre. Ils n'ont pas été enregistrés.",
    todo: 'Vérifiez le compte chez le fournisseur, puis lancez Init. Token.',
  },
  declined: {
    what: 'La personne a refusé chez le fournisseur.',
    todo: 'Voyez avec elle, puis lancez Init. Token encore une fois.',
  },
  interaction_needed: {
    what: 'Le fournisseur veut que le titulaire fasse quelque chose à la connexion.',
    todo: 'Que le titulaire se connecte chez le fournisseur, ou lancez Init. Token.',
  },
  device_pending: {
    what: "Le titulaire n'a pas encore saisi le code chez le fournisseur.",
    todo: 'Attendez, ou dictez-lui le code encore une fois.',
  },
  identity_unproven: {
    what: "Le fournisseur ne prouve pas qui s'est connecté : son id_token n'est pas valable.",
    todo: "Vérifiez l'horloge du serveur, le client ID et l'émetteur.",
  },
  other_issuer: {
    what: "Un autre fournisseur que celui interrogé a répondu. Rien n'a été enregistré.",
    todo: "Vérifiez l'émetteur de l'application ; s'il est juste, quelqu'un a tenté de confondre les fournisseurs.",
  },
  session_over: {
    what: "La personne qui a commencé Init. Token est déconnectée ou n'en a plus le droit.",
    todo: 'Connectez-vous et recommencez.',
  },
  account_changed: {
    what: 'Le compte de messagerie a été modifié pendant Init. Token.',
    todo: 'Lancez Init. Token encore une fois.',
  },
  user_locked: {
    what: "Le fournisseur a verrouillé le compte après trop d'essais de connexion.",
    todo: 'Il se rouvre de lui-même ou par son titulaire ; les jetons sont conservés.',
  },
  password_expired: {
    what: 'Le mot de passe du compte chez le fournisseur a expiré.',
    todo: 'Son titulaire en choisit un nouveau ; les jetons sont conservés.',
  },
  user_disabled: {
    what: 'Le compte est désactivé chez le fournisseur.',
    todo: 'Un administrateur y remédie ; les jetons sont conservés.',
  },
  wrong_password: {
    what: "Le fournisseur indique que le nom d'utilisateur ou le mot de passe était faux.",
    todo: 'Le titulaire se connecte chez le fournisseur ; lancez ensuite Init. Token.',
  },
  user_not_assigned: {
    what: "La personne n'est pas affectée à l'application.",
    todo: "Affectez-la dans Applications d'entreprise, Utilisateurs et groupes ; les jetons sont conservés.",
  },
  user_unknown: {
    what: 'Le tenant ne connaît pas le compte.',
    todo: "Vérifiez le tenant ID et l'adresse ; les jetons sont conservés.",
  },
  policy_blocks: {
    what: "Une règle de l'organisation bloque la connexion (accès conditionnel, paramètres de sécurité par défaut, accès des applications).",
    todo: 'Le journal des connexions du fournisseur la nomme ; les jetons sont conservés.',
  },
  secret_expired: {
    what: 'Le secret client a pris fin.',
    todo: "Créez-en un nouveau chez le fournisseur et saisissez-le dans l'application. Aucun compte n'est perdu.",
  },
  secret_wrong: {
    what: "Le secret client n'est pas le bon.",
    todo: "Copiez la valeur du secret, pas son identifiant. Aucun compte n'est perdu.",
  },
  secret_missing: {
    what: 'Le fournisseur veut un secret client ou un certificat.',
    todo: "Donnez-en un ou, pour les codes d'appareil, permettez les flux de clients publics chez le fournisseur. Aucun compte n'est perdu.",
  },
  secret_not_wanted: {
    what: "L'URL de redirection est déclarée pour un client public, qui n'a pas de secret.",
    todo: 'Déclarez-la avec la plateforme Web ou retirez le secret.',
  },
  assertion_wrong: {
    what: "Le fournisseur n'accepte pas le certificat.",
    todo: "Déposez-y le certificat de cette application et vérifiez l'horloge du serveur. Aucun compte n'est perdu.",
  },
  application_unknown: {
    what: 'Le fournisseur ne connaît pas le client ID dans ce tenant.',
    todo: "Vérifiez client ID, tenant ID et cloud. Aucun compte n'est perdu.",
  },
  application_disabled: {
    what: "L'application est désactivée chez le fournisseur.",
    todo: "Un administrateur y remédie. Aucun compte n'est perdu.",
  },
  client_refused: {
    what: "Le fournisseur refuse l'application.",
    todo: "Comparez client ID, secret et certificat avec ce qu'a le fournisseur, puis testez l'application. Aucun compte n'est perdu.",
  },
  client_not_allowed: {
    what: "L'application n'a pas ce droit chez le fournisseur.",
    todo: "Vérifiez pour quelles manières d'obtenir des jetons elle est déclarée.",
  },
  scopes_wrong: {
    what: "Le fournisseur n'accepte pas les scopes, ou ils relèvent de plusieurs ressources.",
    todo: 'Remettez les scopes préremplis.',
  },
  spa_redirect: {
    what: "L'URL de redirection est déclarée comme application monopage.",
    todo: 'Déclarez-la avec la plateforme Web.',
  },
  redirect_wrong: {
    what: "L'URL de redirection n'est pas déclarée.",
    todo: "Copiez-la de l'application chez le fournisseur, à la lettre près.",
  },
  tenant_needed: {
    what: "L'application appartient à un seul tenant et est interrogée sans lui.",
    todo: 'Saisissez le tenant ID.',
  },
  tenant_unknown: {
    what: 'Le fournisseur ne connaît pas le tenant.',
    todo: 'Vérifiez tenant ID, URL racine et cloud.',
  },
  wrong_cloud: {
    what: 'Le tenant est dans un autre cloud du fournisseur.',
    todo: 'Choisissez ce cloud.',
  },
  loop_detected: {
    what: 'Le fournisseur a vu la même demande trop souvent et demande une pause.',
    todo: "L'essai est repris de lui-même.",
  },
  throttled: { what: 'Le fournisseur demande une pause.', todo: "L'essai est repris de lui-même." },
  provider_down: {
    what: 'Le fournisseur a une panne en ce moment.',
    todo: "L'essai est repris de lui-même.",
  },
  request_refused: {
    what: 'Le fournisseur ne comprend pas la demande.',
    todo: 'Vérifiez les adresses et les scopes.',
  },
  answer_strange: {
    what: 'Le fournisseur a répondu autre chose que ce que répond un tel service.',
    todo: "Vérifiez l'adresse ; il y a peut-être un proxy entre les deux.",
  },
  dns: {
    what: "Le nom du fournisseur n'a pas d'adresse.",
    todo: "Vérifiez l'adresse et le service de noms du serveur.",
  },
  tls: {
    what: "Le certificat du fournisseur n'est pas reconnu.",
    todo: "Vérifiez l'adresse et l'horloge ; il y a peut-être un proxy entre les deux.",
  },
  timeout: {
    what: "Le fournisseur n'a pas répondu à temps.",
    todo: "Vérifiez le réseau et le pare-feu du serveur. L'essai est repris de lui-même.",
  },
  network: {
    what: 'Le fournisseur est injoignable.',
    todo: 'Vérifiez le réseau et le pare-feu du serveur.',
  },
  too_large: {
    what: "La réponse est plus grande qu'aucun jeton.",
    todo: "Vérifiez l'adresse ; il y a peut-être un proxy entre les deux.",
  },
  not_allowed: {
    what: "L'adresse n'est pas publique et son réseau n'est pas ouvert.",
    todo: "Vérifiez l'adresse ; l'exploitant peut ouvrir son réseau (PASSERELLE_ALLOW_PRIVATE_NETWORKS).",
  },
  not_json: {
    what: "Le fournisseur a répondu par une page au lieu d'un jeton.",
    todo: "Vérifiez l'adresse ; il y a peut-être un proxy entre les deux.",
  },
  empty: {
    what: "Le fournisseur n'a rien répondu.",
    todo: "Vérifiez l'adresse ; il y a peut-être un proxy entre les deux. L'essai est repris de lui-même.",
  },
  smtp_off_for_tenant: {
    what: 'Le SMTP authentifié est désactivé pour tout le tenant.',
    todo: "Un administrateur d'Exchange l'active, ou seulement pour cette boîte.",
  },
  smtp_off_for_mailbox: {
    what: 'Le SMTP authentifié est désactivé pour cette boîte.',
    todo: "Un administrateur d'Exchange l'active.",
  },
  imap_off_for_mailbox: {
    what: 'IMAP ou POP est désactivé pour cette boîte.',
    todo: "Un administrateur d'Exchange l'active.",
  },
  password_sign_in_off: {
    what: "Le serveur de messagerie n'accepte plus de mots de passe.",
    todo: 'Utilisez OAuth 2.',
  },
  token_refused: {
    what: "Le serveur de messagerie n'accepte pas le jeton.",
    todo: "Il est pour une autre boîte ou n'a pas le scope, ou le serveur ignore encore une nouvelle autorisation : cela fonctionne alors dans l'heure.",
  },
  token_over: {
    what: "Le jeton d'accès a pris fin pendant la connexion.",
    todo: 'Un nouveau est pris de lui-même.',
  },
  mailbox_not_opened: {
    what: "Le jeton est juste mais n'ouvre pas cette boîte.",
    todo: "Vérifiez l'adresse, la licence et l'autorisation du délégué ou de l'application.",
  },
  app_only_not_set_up: {
    what: "Exchange ne connaît pas l'application ou ne lui a pas donné cette boîte.",
    todo: 'Déclarez son principal de service et donnez-lui la boîte.',
  },
  send_as_denied: {
    what: 'La personne connectée ne peut pas envoyer sous cette adresse.',
    todo: "Donnez au délégué ou à l'application le droit « Envoyer en tant que ».",
  },
  too_many_connections: {
    what: 'La boîte a trop de connexions en ce moment.',
    todo: 'Réessayez plus tard.',
  },
  daily_limit: {
    what: "La boîte a envoyé tout ce qu'elle peut en un jour.",
    todo: 'Réessayez demain.',
  },
  mailbox_full: { what: 'La boîte est pleine.', todo: 'Son titulaire fait de la place.' },
  recipient_refused: {
    what: "Le serveur de messagerie n'accepte pas le destinataire.",
    todo: "Vérifiez l'adresse.",
  },
  mail_server_busy: { what: 'Le serveur de messagerie est occupé.', todo: 'Réessayez plus tard.' },
  mail_server_refused: {
    what: 'Le serveur de messagerie a refusé.',
    todo: 'Ses propres mots disent pourquoi.',
  },
}
